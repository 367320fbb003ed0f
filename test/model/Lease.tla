-------------------------------- MODULE Lease --------------------------------
(* Mason's leases on an existing Boskos, over its HTTP API: shared/boskos/http, step by step.                           *)
(*                                                                                                                      *)
(* A step is one call to the server or one commit in the ledger. Between any two of them a process may die, be overtaken *)
(* or lose the reply. Time is not modelled: whatever a deadline allows may happen at any moment, as one of `Faults`.     *)
(* Fulfil and clean are one commit here (Grant): they make no call that isn't made elsewhere, too.                       *)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
    V, P, Runs,    \* virtual resources, physical ones, instances that run phases
    Need,          \* how many physical ones a virtual one needs
    Faults,        \* how often something may go wrong
    Uses, Others,  \* how often a user takes a free virtual one, and another client a free physical one
    Owners,        \* an owner that nobody remembers is as good as a new one
    Nonces,        \* each acquire has an owner of its own
    Fences,        \* a run that was overtaken can commit nothing
    OwnLeasesOnly, \* free parks only what is leased for its own resource
    ChecksClaim,   \* a run looks at its claim before it takes what is parked
    SureOfParking, \* free asks again until it is told that it is parked
    ParkingSees,   \* a refused sign of life doesn't end the loan of what is being parked
    StraysGoBack,  \* what is parked under the name of one that waits goes back dirty
    None, User, Other

VARIABLES
    (* the server *)
    state,   \* of each resource; a physical one is parked where this is the name of a virtual one
    owner,   \* of each resource: None, User, Other, or one of Owners
    told,    \* of each virtual one: what its user data names as leasedResources
    (* the ledger *)
    work,    \* of each virtual one: its phase, the owner of its loan, its leases
    lease,   \* of each physical one: the owner of its loan, for whom, and what it is here
    intents, \* calls that were noted, and not yet settled
    (* processes *)
    run,     \* of each instance: where it is, and what it read when it came there
    ask,     \* the one asker (sync and matcher): borrows dirty virtual ones and free physical ones
    (* of the model alone *)
    hurt,    \* virtual ones that an overtaken run has reached in a way that no fence can stop
    left     \* what may still go wrong, or be taken by others

server == <<state, owner, told>>
ledger == <<work, lease, intents>>
vars == <<state, owner, told, work, lease, intents, run, ask, hurt, left>>

NoLease == [loan |-> None, for |-> None, is |-> "none"]
IdleRun == [at |-> "idle", v |-> None, ok |-> TRUE, phase |-> "none", loan |-> None,
            leases |-> {}, todo |-> {}, p |-> None, n |-> None]
IdleAsk == [at |-> "idle", kind |-> "none", n |-> None, r |-> None]

Init ==
    /\ state = [r \in V \cup P |-> IF r \in V THEN "dirty" ELSE "free"]
    /\ owner = [r \in V \cup P |-> None]
    /\ told = [v \in V |-> {}]
    /\ work = [v \in V |-> [phase |-> "none", loan |-> None, leases |-> {}]]
    /\ lease = [p \in P |-> NoLease]
    /\ intents = {}
    /\ run = [r \in Runs |-> IdleRun]
    /\ ask = IdleAsk
    /\ hurt = [v \in V |-> FALSE]
    /\ left = [faults |-> Faults, uses |-> Uses, others |-> Others]

(* ---- words *)

Remembered ==
    {owner[r] : r \in V \cup P} \cup {work[v].loan : v \in V} \cup {lease[p].loan : p \in P}
    \cup {i.n : i \in intents} \cup {ask.n}
    \cup UNION {{run[r].loan, run[r].n} \cup {x[2] : x \in run[r].todo} : r \in Runs}
(* The pool never runs dry (see PoolSuffices), so nothing is cut off by it. *)
NewOwner == IF Nonces THEN CHOOSE n \in Owners : n \notin Remembered ELSE CHOOSE n \in Owners : TRUE
PoolSuffices == Nonces => Owners \ Remembered /= {}

IsUnowned(r) == owner[r] = None
ParkedFor(v) == {p \in P : state[p] = v /\ IsUnowned(p)}
InStock == {p \in P : lease[p].is = "stock"}
Waiting == {v \in V : work[v].phase = "fulfill"}
RunsOf(v) == {r \in Runs : run[r].at /= "idle" /\ run[r].v = v}
(* A call or commit of a run that was overtaken: its token is another's by now. *)
MayWrite(r) == run[r].ok \/ ~Fences
(* The token goes up: no run that there is now may write any more. *)
Overtaken(v) == [r \in Runs |-> IF run[r].at /= "idle" /\ run[r].v = v THEN [run[r] EXCEPT !.ok = FALSE] ELSE run[r]]
Fault == left.faults > 0 /\ left' = [left EXCEPT !.faults = @ - 1]
Release(r, dest) == state' = [state EXCEPT ![r] = dest] /\ owner' = [owner EXCEPT ![r] = None]
Take(r, dest, by) == state' = [state EXCEPT ![r] = dest] /\ owner' = [owner EXCEPT ![r] = by]
(* What is leased for v goes back dirty (returnLent). *)
Returned(v) == [p \in P |-> IF lease[p].for = v THEN [lease[p] EXCEPT !.is = "dirty", !.for = None] ELSE lease[p]]
(* The leases of v as the ledger has them now, each with the owner of its loan. *)
LoansOf(v, leases) ==
    {<<p, lease[p].loan>> : p \in {q \in leases : lease[q].loan /= None /\ (lease[q].for = v \/ ~OwnLeasesOnly)}}

(* One of several calls is done. *)
Done(now, x) == [now EXCEPT !.todo = @ \ {x}, !.p = None, !.at = IF now.todo = {x} THEN "settle" ELSE "park"]

(* ---- ask.ts, borrow.ts, takes.ts, supply.ts: a note, the call, then the ledger *)

Lacking == Cardinality(InStock) < Need * Cardinality(Waiting)

Intend(kind) ==
    /\ ask.at = "idle"
    /\ \/ kind = "take" /\ \E v \in V : state[v] = "dirty" /\ IsUnowned(v)
       \/ kind = "stock" /\ Lacking /\ \E p \in P : state[p] = "free" /\ IsUnowned(p)
    /\ LET n == NewOwner IN
        /\ ask' = [at |-> "call", kind |-> kind, n |-> n, r |-> None]
        /\ intents' = intents \cup {[n |-> n, kind |-> kind]}
    /\ UNCHANGED <<server, work, lease, run, hurt, left>>

Ask ==
    /\ ask.at = "call"
    /\ LET offered == IF ask.kind = "take" THEN {v \in V : state[v] = "dirty" /\ IsUnowned(v)}
                                          ELSE {p \in P : state[p] = "free" /\ IsUnowned(p)}
       IN \/ \E r \in offered :
              /\ Take(r, IF ask.kind = "take" THEN "cleaning" ELSE "leased", ask.n)
              /\ ask' = [ask EXCEPT !.at = "adopt", !.r = r]
              /\ UNCHANGED intents
          \/ /\ offered = {}
             /\ ask' = IdleAsk
             /\ intents' = {i \in intents : i.n /= ask.n}
             /\ UNCHANGED <<state, owner>>
    /\ UNCHANGED <<told, work, lease, run, hurt, left>>

(* transitions/adopt.ts. What was recovered meanwhile is passed over. *)
Adopt ==
    /\ ask.at = "adopt"
    /\ ask' = IdleAsk
    /\ intents' = {i \in intents : i.n /= ask.n}
    /\ LET r == ask.r
           isKnown == ask.kind = "take" /\ told[r] = work[r].leases
       IN IF ~\E i \in intents : i.n = ask.n
          THEN UNCHANGED <<work, lease, run, hurt>>
          ELSE IF ask.kind = "stock"
          THEN /\ lease' = [lease EXCEPT ![r] = [loan |-> ask.n, for |-> None, is |-> "stock"]]
               /\ UNCHANGED <<work, run, hurt>>
          ELSE /\ work' = [work EXCEPT ![r] = [phase |-> "recycle", loan |-> ask.n,
                                               leases |-> IF isKnown THEN work[r].leases ELSE {}]]
               /\ lease' = IF isKnown THEN lease ELSE Returned(r)
               /\ run' = Overtaken(r)
               /\ UNCHANGED hurt
    /\ UNCHANGED <<server, left>>

(* transitions/grant.ts: all that is needed, in one commit; then it is built. *)
Grant(v) ==
    /\ work[v].phase = "fulfill"
    /\ \E ps \in SUBSET InStock :
        /\ Cardinality(ps) = Need
        /\ work' = [work EXCEPT ![v].phase = "free", ![v].leases = ps]
        /\ lease' = [p \in P |-> IF p \in ps THEN [lease[p] EXCEPT !.for = v, !.is = "leased"] ELSE lease[p]]
    /\ UNCHANGED <<server, intents, run, ask, hurt, left>>

(* surrender.ts. While somebody waits it is a matter of time, so of a fault. *)
Surrender(p) ==
    /\ p \in InStock
    /\ lease' = [lease EXCEPT ![p].is = "free"]
    /\ UNCHANGED <<server, work, intents, run, ask, hurt>>

(* recover.ts. Static names are probed, so a physical one is given back; a virtual one is left to the reaper. *)
Recover(i) ==
    /\ IF \E p \in P : owner[p] = i.n
       THEN /\ \E p \in P : owner[p] = i.n /\ Release(p, IF i.kind = "stock" THEN "free" ELSE "dirty")
            /\ UNCHANGED intents
       ELSE /\ intents' = intents \ {i}
            /\ UNCHANGED <<state, owner>>
    /\ UNCHANGED <<told, work, lease, run, ask, hurt>>
(* 30 s: who noted it is gone, but for a fault. *)
IsUnderWay(i) == ask.n = i.n \/ \E r \in Runs : run[r].n = i.n

(* ---- one run: claim, confirm, then recycle or free *)

Claim(v) ==
    /\ work[v].phase /= "none"
    \* A waiting one has nothing to do but to see that it is lost.
    /\ work[v].phase = "fulfill" => owner[v] /= work[v].loan
    /\ \E r \in Runs :
        /\ run[r].at = "idle"
        /\ run' = [Overtaken(v) EXCEPT ![r] = [IdleRun EXCEPT !.at = "confirm", !.v = v, !.phase = work[v].phase,
                                                             !.loan = work[v].loan, !.leases = work[v].leases]]
    /\ UNCHANGED <<server, ledger, ask, hurt>>
IsClaimed(v) == \E r \in RunsOf(v) : run[r].ok

(* confirm.ts: /update with the owner of the loan, and the user data of this phase. *)
Confirm(r) ==
    /\ run[r].at = "confirm"
    /\ LET v == run[r].v
           isOurs == owner[v] = run[r].loan /\ state[v] = "cleaning"
           says == IF run[r].phase = "recycle" THEN {} ELSE IF run[r].phase = "free" THEN run[r].leases ELSE told[v]
           next == IF run[r].phase = "recycle" THEN "look" ELSE IF run[r].phase = "free" THEN "park" ELSE "idle"
           loans == LoansOf(v, run[r].leases)
       IN IF ~isOurs
          THEN run' = [run EXCEPT ![r].at = "disown"] /\ UNCHANGED <<told, hurt>>
          ELSE /\ told' = [told EXCEPT ![v] = says]
               /\ hurt' = [hurt EXCEPT ![v] = @ \/ (~run[r].ok /\ says /= told[v])]
               /\ run' = [run EXCEPT ![r] =
                    IF next = "idle" THEN IdleRun
                    ELSE [@ EXCEPT !.at = IF next = "park" /\ loans = {} THEN "settle" ELSE next,
                                   !.todo = IF next = "park" THEN loans ELSE {},
                                   !.loan = None, !.leases = {}]]
    /\ UNCHANGED <<state, owner, ledger, ask, left>>

(* It is not ours any more: nothing is done with it, what it leases goes back. *)
Disown(r) ==
    /\ run[r].at = "disown"
    /\ LET v == run[r].v IN
        IF MayWrite(r) /\ work[v].loan /= None
        THEN /\ work' = [work EXCEPT ![v].phase = "none", ![v].loan = None]
             /\ lease' = Returned(v)
        ELSE UNCHANGED <<work, lease>>
    /\ run' = [run EXCEPT ![r] = IdleRun]
    /\ UNCHANGED <<server, intents, ask, hurt, left>>

(* returnLeases.ts, giveBackParked.ts: what is parked under its name, one by one. *)
Look(r) ==
    /\ run[r].at = "look"
    /\ run' = [run EXCEPT ![r] =
         IF ChecksClaim /\ ~run[r].ok THEN IdleRun
         ELSE [@ EXCEPT !.at = IF ParkedFor(run[r].v) = {} THEN "settle" ELSE "take"]]
    /\ UNCHANGED <<server, ledger, ask, hurt, left>>

(* An overtaken run may still get what its successor has parked meanwhile: no fence can stop it, but only this one call. *)
TakeParked(r) ==
    /\ run[r].at = "take"
    /\ LET v == run[r].v
           n == NewOwner
       IN IF ParkedFor(v) = {}
          THEN run' = [run EXCEPT ![r].at = "settle"] /\ UNCHANGED <<state, owner, intents, hurt>>
          ELSE \E p \in ParkedFor(v) :
                 /\ Take(p, "leased", n)
                 /\ intents' = intents \cup {[n |-> n, kind |-> "parked"]}
                 /\ run' = [run EXCEPT ![r].at = "giveBack", ![r].p = p, ![r].n = n]
                 /\ hurt' = [hurt EXCEPT ![v] = @ \/ ~run[r].ok]
    /\ UNCHANGED <<told, work, lease, ask, left>>

GiveBack(r) ==
    /\ run[r].at = "giveBack"
    /\ LET p == run[r].p IN
        IF owner[p] = run[r].n THEN Release(p, "dirty") ELSE UNCHANGED <<state, owner>>
    /\ intents' = {i \in intents : i.n /= run[r].n}
    /\ run' = [run EXCEPT ![r].at = "look", ![r].p = None, ![r].n = None]
    /\ UNCHANGED <<told, work, lease, ask, hurt, left>>

(* parkAndFree.ts: /release with state = the name of the virtual one. The reply may be lost, and the call repeated. *)
IsParkable(r, x) == run[r].at = "park" /\ x \in run[r].todo /\ owner[x[1]] = x[2]
ParkOne(r, x) ==
    LET v == run[r].v
        \* An overtaken run may park what its successor is to park, too. Anything else is on its way back.
        isDue == work[v].phase = "free" /\ lease[x[1]].loan = x[2] /\ lease[x[1]].for = v
    IN /\ IsParkable(r, x)
       /\ Release(x[1], v)
       /\ hurt' = [hurt EXCEPT ![v] = @ \/ (~run[r].ok /\ ~isDue)]
       /\ UNCHANGED <<told, ledger, ask>>
Park(r) ==
    /\ run[r].at = "park"
    /\ \E x \in run[r].todo :
        \/ ParkOne(r, x) /\ run' = [run EXCEPT ![r] = Done(@, x)]
        \/ /\ ~IsParkable(r, x)
           /\ run' = [run EXCEPT ![r].at = "again", ![r].p = x[1]]
           /\ UNCHANGED <<server, ledger, ask, hurt>>
    /\ UNCHANGED left

(* Refused: parked before, or lost. acquirebystate tells; what it gets is parked once more, and that may be refused again. *)
Again(r) ==
    /\ run[r].at = "again"
    /\ run' = [run EXCEPT ![r] = IF ChecksClaim /\ ~run[r].ok THEN IdleRun ELSE [@ EXCEPT !.at = "unpark"]]
    /\ UNCHANGED <<server, ledger, ask, hurt, left>>
Unpark(r) ==
    /\ run[r].at = "unpark"
    /\ LET p == run[r].p
           v == run[r].v
           x == CHOOSE y \in run[r].todo : y[1] = p
       IN IF p \in ParkedFor(v)
          THEN /\ Take(p, "leased", x[2])
               /\ hurt' = [hurt EXCEPT ![v] = @ \/ ~run[r].ok]
               /\ run' = [run EXCEPT ![r] = IF SureOfParking THEN [@ EXCEPT !.at = "park", !.p = None]
                                                            ELSE [@ EXCEPT !.at = "parkOnce"]]
               /\ UNCHANGED lease
          ELSE \* It has no fence: it ends the loan with this owner, and no other.
               /\ lease' = IF lease[p].loan = x[2] THEN [lease EXCEPT ![p] = NoLease] ELSE lease
               /\ run' = [run EXCEPT ![r] = Done(@, x)]
               /\ UNCHANGED <<state, owner, hurt>>
    /\ UNCHANGED <<told, work, intents, ask, left>>

(* As it once was: whatever is answered, it counts as parked. *)
ParkOnce(r) ==
    /\ run[r].at = "parkOnce"
    /\ LET x == CHOOSE y \in run[r].todo : y[1] = run[r].p IN
        /\ IF owner[x[1]] = x[2] THEN Release(x[1], run[r].v) ELSE UNCHANGED <<state, owner>>
        /\ run' = [run EXCEPT ![r] = Done(@, x)]
    /\ UNCHANGED <<told, ledger, ask, hurt, left>>

(* transitions/settle.ts and park.ts. *)
Settle(r) ==
    /\ run[r].at = "settle"
    /\ LET v == run[r].v
           isWhole == \A p \in work[v].leases : lease[p].for = v /\ lease[p].is = "leased"
       IN IF ~MayWrite(r)
          THEN run' = [run EXCEPT ![r] = IdleRun] /\ UNCHANGED <<work, lease, hurt>>
          ELSE IF run[r].phase = "recycle"
          THEN /\ work' = [work EXCEPT ![v].phase = "fulfill", ![v].leases = {}]
               /\ lease' = Returned(v)
               /\ run' = [run EXCEPT ![r] = IdleRun]
               \* Healed, unless the overtaken run lives on.
               /\ hurt' = [hurt EXCEPT ![v] = @ /\ (RunsOf(v) /= {r} \/ ParkedFor(v) /= {})]
          ELSE IF isWhole
          THEN /\ work' = [work EXCEPT ![v].phase = "none"]
               /\ lease' = [p \in P |-> IF p \in work[v].leases THEN [lease[p] EXCEPT !.is = "parked"] ELSE lease[p]]
               /\ run' = [run EXCEPT ![r] = IdleRun]
               /\ UNCHANGED hurt
          ELSE /\ work' = [work EXCEPT ![v].phase = "recycle"]
               /\ run' = [Overtaken(v) EXCEPT ![r] = IdleRun]
               /\ UNCHANGED <<lease, hurt>>
    /\ UNCHANGED <<server, intents, ask, left>>

RunStep(r) ==
    Confirm(r) \/ Disown(r)  \/ Look(r) \/ TakeParked(r) \/ GiveBack(r) \/ Park(r) \/ Again(r) \/ Unpark(r) \/ ParkOnce(r)
    \/ Settle(r)

(* ---- tell.ts: whatever the server answers, the loan is over *)

ToTell(p) == lease[p].is \in {"dirty", "free", "parked"}
DestOf(p) == IF lease[p].is = "parked" THEN lease[p].for ELSE lease[p].is
ToTellOf(v) == work[v].phase = "none" /\ work[v].loan /= None

ReleasePhysical(p) ==
    /\ ToTell(p)
    /\ IF owner[p] = lease[p].loan THEN Release(p, DestOf(p)) ELSE UNCHANGED <<state, owner>>
ReleaseVirtual(v) ==
    /\ ToTellOf(v)
    /\ IF owner[v] = work[v].loan THEN Release(v, "free") ELSE UNCHANGED <<state, owner>>

TellPhysical(p) ==
    /\ ReleasePhysical(p)
    /\ lease' = [lease EXCEPT ![p] = NoLease]
    /\ UNCHANGED <<told, work, intents, run, ask, hurt, left>>
(* (A run that has parked ends the loans itself. To the ledger that is the same as telling what is refused.) *)
TellVirtual(v) ==
    /\ ReleaseVirtual(v)
    /\ work' = [work EXCEPT ![v].loan = None]
    /\ UNCHANGED <<told, lease, intents, run, ask, hurt, left>>

(* A sign of life is refused: the loan of a physical one is over. (That of a virtual one wakes a run, see Claim.) While it is
   being parked, that is no wonder: the run that does it sees for itself. *)
IsBeingParked(p) == lease[p].for /= None /\ work[lease[p].for].phase = "free"
Keep(p) ==
    /\ lease[p].is \in {"stock", "leased"}
    /\ ~(ParkingSees /\ IsBeingParked(p))
    /\ owner[p] /= lease[p].loan
    /\ lease' = [lease EXCEPT ![p] = NoLease]
    /\ UNCHANGED <<server, work, intents, run, ask, hurt, left>>

(* ---- the others on the server *)

UserTakes(v) ==
    /\ state[v] = "free" /\ IsUnowned(v)
    /\ Take(v, "busy", User)
    /\ UNCHANGED <<told, ledger, run, ask, hurt>>
(* The original's client takes what is parked for it, too. *)
UserTakesParked(p) ==
    /\ \E v \in V : p \in ParkedFor(v) /\ owner[v] = User
    /\ Take(p, "busy", User)
    /\ UNCHANGED <<told, ledger, run, ask, hurt, left>>
(* Dirty, in any order; a reset of what a vanished one held is the same. *)
GivenBack(r) ==
    /\ owner[r] \in {User, Other}
    /\ Release(r, "dirty")
    /\ UNCHANGED <<told, ledger, run, ask, hurt, left>>
OtherTakes(p) ==
    /\ state[p] = "free" /\ IsUnowned(p)
    /\ Take(p, "leased", Other)
    /\ UNCHANGED <<told, ledger, run, ask, hurt>>
Janitor(p) ==
    /\ state[p] = "dirty" /\ IsUnowned(p)
    /\ state' = [state EXCEPT ![p] = "free"]
    /\ UNCHANGED <<owner, told, ledger, run, ask, hurt, left>>
(* orphans.ts: one that waits holds nothing; what is parked under its name came there late. (Taken and released at once.) *)
GiveBackStray(p) ==
    /\ StraysGoBack
    /\ \E v \in Waiting : p \in ParkedFor(v)
    /\ Release(p, "dirty")
    /\ UNCHANGED <<told, ledger, run, ask, hurt, left>>
Reset(r) ==
    /\ ~IsUnowned(r)
    /\ Release(r, "dirty")
    /\ UNCHANGED <<told, ledger, run, ask, hurt>>
(* The server's own: nobody in the ledger gives signs of life for it. *)
IsVanished(r) ==
    /\ owner[r] \in Owners
    /\ owner[r] \notin {work[v].loan : v \in V} \cup {lease[p].loan : p \in P} \cup {i.n : i \in intents}

(* ---- what may go wrong *)

Dies(r) == run[r].at /= "idle" /\ run' = [run EXCEPT ![r] = IdleRun] /\ UNCHANGED <<server, ledger, ask, hurt>>
AskerDies == ask.at /= "idle" /\ ask' = IdleAsk /\ UNCHANGED <<server, ledger, run, hurt>>
ParkReplyLost(r) == \E x \in run[r].todo : ParkOne(r, x) /\ UNCHANGED run
(* The server was told, and the process died before the ledger was. *)
TellerDies ==
    /\ (\E p \in P : ReleasePhysical(p)) \/ (\E v \in V : ReleaseVirtual(v))
    /\ UNCHANGED <<told, ledger, run, ask, hurt>>

GoesWrong ==
    /\ Fault
    /\ \/ \E r \in Runs : Dies(r) \/ ParkReplyLost(r)
       \/ AskerDies \/ TellerDies
       \/ \E v \in V : IsClaimed(v) /\ Claim(v) \* paused past its claim, and lives on
       \/ \E i \in intents : IsUnderWay(i) /\ Recover(i)
       \/ Waiting /= {} /\ \E p \in P : Surrender(p)
       \/ \E r \in V \cup P : Reset(r) \* a foreign reaper

(* ---- all of it *)

Goes ==
    \/ \E kind \in {"take", "stock"} : Intend(kind)
    \/ Ask \/ Adopt
    \/ \E v \in V : Grant(v) \/ TellVirtual(v) \/ (~IsClaimed(v) /\ Claim(v) /\ UNCHANGED left)
    \/ \E p \in P : TellPhysical(p) \/ Keep(p) \/ Janitor(p) \/ GiveBackStray(p) \/ (Waiting = {} /\ Surrender(p) /\ UNCHANGED left)
    \/ \E r \in Runs : RunStep(r)
    \/ \E i \in intents : ~IsUnderWay(i) /\ Recover(i) /\ UNCHANGED left
    \/ \E r \in V \cup P : GivenBack(r) \/ (IsVanished(r) /\ Reset(r) /\ UNCHANGED left)

OthersTake ==
    \/ left.uses > 0 /\ left' = [left EXCEPT !.uses = @ - 1] /\ \E v \in V : UserTakes(v)
    \/ left.others > 0 /\ left' = [left EXCEPT !.others = @ - 1] /\ \E p \in P : OtherTakes(p)
    \/ \E p \in P : UserTakesParked(p)

Next == Goes \/ OthersTake \/ GoesWrong
Spec == Init /\ [][Next]_vars

(* What is hurt heals when somebody takes it, and gives it back dirty. *)
Heal == \E v \in V : hurt[v] /\ UserTakes(v) /\ UNCHANGED left
(* Once nothing goes wrong any more, whoever can go on goes on. *)
FairSpec == Init /\ [][Next \/ Heal]_vars /\ WF_vars(Goes \/ Heal) /\ \A r \in Runs : WF_vars(RunStep(r))

(* ---- for TLC: the same state under other names is the same *)

Symmetry == Permutations(V) \cup Permutations(P) \cup Permutations(Runs)

(* ---- what must always hold (DESIGN.md) *)

TypeOK ==
    /\ \A r \in V \cup P : owner[r] \in Owners \cup {None, User, Other}
    /\ \A v \in V : told[v] \subseteq P /\ work[v].leases \subseteq P
    /\ \A p \in P : lease[p].is = "none" <=> lease[p].loan = None

(* 1: what is parked for one is leased to no other. *)
HeldByOne == \A p \in P : state[p] \in V /\ lease[p].is = "leased" => lease[p].for = state[p]
(* 2: what is free has exactly its needs, each parked under its name, and its user data names them. *)
IsWhole(v) == Cardinality(told[v]) = Need /\ ParkedFor(v) = told[v]
FreeIsWhole == \A v \in V : state[v] = "free" /\ IsUnowned(v) /\ ~hurt[v] => IsWhole(v)
(* 3 and 5: nothing is lost. In the end all virtual ones are free and whole, and what they don't need is free. *)
AllFree ==
    /\ \A v \in V : state[v] = "free" /\ IsUnowned(v) /\ IsWhole(v) /\ ~hurt[v]
    /\ \A p \in P : IsUnowned(p) /\ (state[p] = "free" \/ state[p] \in V)
    /\ intents = {} /\ \A p \in P : lease[p] = NoLease
NothingIsLost == <>[]AllFree
=============================================================================
