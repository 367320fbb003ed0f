package main

import (
	"fmt"
	"slices"
	"time"

	"sigs.k8s.io/boskos/client"
	"sigs.k8s.io/boskos/common"
	"sigs.k8s.io/boskos/crds"
	"sigs.k8s.io/boskos/mason"
)

const (
	// How long two that hold a part each are watched, in wait periods.
	watchedPeriods = 500
	// After so many turns without a deadlock a trial ends.
	maxTurns = 100
)

var (
	contended      = []string{"x", "y"}
	contendedNeeds = common.ResourceNeeds{"x": 1, "y": 1}
	contenders     = []string{"first", "second"}
)

type deadlockResult struct {
	Trials int `json:"trials"`
	// Trials after which each of two virtual resources held a part of what both need, and went on to.
	Stuck int `json:"stuck"`
	// How many virtual resources had become free, and were used and released, before that; in each trial.
	Turns []int `json:"turns"`
}

// deadlock lets two types, of one Mason or of one each, take turns at the same two resources.
func deadlock(o options) (any, error) {
	result := &deadlockResult{Trials: o.trials}
	for range o.trials {
		turns, stuck, err := deadlockTrial(o)
		if err != nil {
			return nil, err
		}
		result.Turns = append(result.Turns, turns)
		if stuck {
			result.Stuck++
		}
	}
	return result, nil
}

func deadlockTrial(o options) (turns int, stuck bool, err error) {
	owners := []string{"mason-1", "mason-2"}[:o.masons]
	server, err := openBoskos(
		newQuickStore(),
		physical(contended[0], 1), physical(contended[1], 1),
		virtual(contenders[0], 1, owners[0], contendedNeeds), virtual(contenders[1], 1, owners[len(owners)-1], contendedNeeds),
	)
	if err != nil {
		return 0, false, err
	}
	defer server.close()
	for _, owner := range owners {
		// It isn't stopped, which can take for ever; without its server it has nothing to do.
		_, err := startMason(masonOptions{options: o, url: server.url, types: server.storage, owner: owner})
		if err != nil {
			return 0, false, err
		}
	}
	people, err := newPeople(server.url)
	if err != nil {
		return 0, false, err
	}
	for end := time.Now().Add(time.Minute); turns < maxTurns; time.Sleep(o.wait) {
		if time.Now().After(end) {
			return turns, false, fmt.Errorf("within a minute there was neither a deadlock nor %d turns", maxTurns)
		}
		if holdParts(server, owners) {
			time.Sleep(watchedPeriods * o.wait)
			return turns, holdParts(server, owners), nil
		}
		turns += people.turn(server)
	}
	return turns, false, nil
}

// holdParts tells whether two Masons have leased one each of the two resources that both need.
func holdParts(server *boskos, owners []string) bool {
	return len(owners) > 1 && !slices.ContainsFunc(owners, func(owner string) bool {
		return server.count(func(resource crds.ResourceObject) bool {
			return resource.Status.State == common.Leased && resource.Status.Owner == owner
		}) == 0
	})
}

// people are those who use virtual resources, by the original's client, and a janitor.
type people struct {
	user    *mason.Client
	janitor *client.Client
}

func newPeople(url string) (*people, error) {
	user, err := client.NewClient("user", url, "", "")
	if err != nil {
		return nil, err
	}
	janitor, err := client.NewClient("janitor", url, "", "")
	if err != nil {
		return nil, err
	}
	return &people{user: mason.NewClient(user), janitor: janitor}, nil
}

// turn uses and releases what is ready, cleans what is dirty, and gives how many were used.
func (p *people) turn(server *boskos) int {
	used := 0
	for _, rtype := range contenders {
		if !isReady(server, rtype) {
			continue
		}
		resource, err := p.user.Acquire(rtype, common.Free, common.Busy)
		if err == nil && p.user.ReleaseOne(resource.Name, common.Dirty) == nil {
			used++
		}
	}
	for _, rtype := range contended {
		resource, err := p.janitor.Acquire(rtype, common.Dirty, common.Cleaning)
		if err == nil {
			_ = p.janitor.ReleaseOne(resource.Name, common.Free)
		}
	}
	return used
}

// isReady: free, with what it needs parked for it. Mason frees it before that, and who acquires it between the two loses
// a physical resource for ever, which is not what this mode shows.
func isReady(server *boskos, rtype string) bool {
	resources, err := server.storage.GetResources()
	if err != nil {
		return false
	}
	for _, resource := range resources.Items {
		if resource.Spec.Type == rtype && resource.Status.State == common.Free {
			return server.count(func(other crds.ResourceObject) bool {
				return other.Status.State == resource.Name
			}) == len(contended)
		}
	}
	return false
}
