package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"

	"sigs.k8s.io/boskos/client"
	"sigs.k8s.io/boskos/common"
	"sigs.k8s.io/boskos/crds"
)

// How long nothing may happen before it is taken that nothing will.
const settled = 2 * time.Second

type killedResult struct {
	Members int `json:"members"`
	// Members that were not free once the next Mason had nothing left to do, in each trial.
	Stranded []int `json:"stranded"`
	// The same, after cmd/reaper and a janitor did what they do once leases are older than the reaper's expiry.
	AfterReaper []int `json:"afterReaper"`
}

// killed ends a Mason with SIGKILL at another moment of its constructs in each trial, and starts the next one.
func killed(o options) (any, error) {
	result := &killedResult{Members: o.size}
	for trial := range o.trials {
		// From a fifth of the first constructs (of five trials) to nearly the end of the second ones.
		moment := o.construct * time.Duration(2*trial+1) / time.Duration(o.trials)
		stranded, after, err := killedTrial(o, moment)
		if err != nil {
			return nil, err
		}
		result.Stranded = append(result.Stranded, stranded)
		result.AfterReaper = append(result.AfterReaper, after)
	}
	return result, nil
}

func killedTrial(o options, moment time.Duration) (stranded, after int, err error) {
	server, err := openBoskos(newQuickStore(), killedTypes(o.size)...)
	if err != nil {
		return 0, 0, err
	}
	defer server.close()
	first, err := spawnMason(o, server.url)
	if err != nil {
		return 0, 0, err
	}
	for server.count(isLeased) == 0 {
		time.Sleep(o.wait)
	}
	time.Sleep(moment)
	end(first)
	second, err := spawnMason(o, server.url)
	if err != nil {
		return 0, 0, err
	}
	defer end(second)
	stranded = o.size - untilSettled(server, o)
	if err := reap(server.url); err != nil {
		return 0, 0, err
	}
	return stranded, o.size - untilSettled(server, o), nil
}

// killedTypes has supply for two rounds, so that what a dead Mason holds is not what the next one lacks.
func killedTypes(size int) []common.ResourceEntry {
	return []common.ResourceEntry{physical(needed, 2*size), virtual(made, size, owner, common.ResourceNeeds{needed: 1})}
}

func isLeased(resource crds.ResourceObject) bool {
	return resource.Spec.Type == needed && resource.Status.State == common.Leased
}

// untilSettled gives how many members are free in the end.
func untilSettled(server *boskos, o options) int {
	last, since := -1, time.Now()
	for time.Since(since) < settled+o.construct {
		dirty := server.count(func(resource crds.ResourceObject) bool { return resource.Status.State == common.Dirty })
		free := server.countFree(made)
		if free != last || dirty > 0 {
			last, since = free, time.Now()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return last
}

// reap gives back all that is held, as cmd/reaper does after its expiry (30 min by default), and cleans what is needed.
func reap(url string) error {
	reaper, err := client.NewClient("reaper", url, "", "")
	if err != nil {
		return err
	}
	for _, rtype := range []string{needed, made} {
		for _, state := range []string{common.Busy, common.Cleaning, common.Leased} {
			if _, err := reaper.Reset(rtype, state, 0, common.Dirty); err != nil {
				return err
			}
		}
	}
	for {
		resource, err := reaper.Acquire(needed, common.Dirty, common.Cleaning)
		if err == client.ErrNotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if err := reaper.ReleaseOne(resource.Name, common.Free); err != nil {
			return err
		}
	}
}

// spawnMason starts a Mason as a process of its own, which ends when this one does.
func spawnMason(o options, url string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.Command(self, "mason", "-url", url, "-size", strconv.Itoa(o.size),
		"-cleaners", strconv.Itoa(o.cleaners), "-wait", o.wait.String(), "-construct", o.construct.String())
	if _, err := command.StdinPipe(); err != nil {
		return nil, err
	}
	return command, command.Start()
}

func end(process *exec.Cmd) {
	_ = process.Process.Kill()
	_ = process.Wait()
}

// masonAlone is what spawnMason starts.
func masonAlone(o options) (any, error) {
	_, err := startMason(masonOptions{options: o, url: o.url, types: knownTypes(killedTypes(o.size)), owner: owner})
	if err != nil {
		return nil, err
	}
	select {}
}

// knownTypes stands in for Kubernetes, where a Mason in a process of its own reads its types.
type knownTypes []common.ResourceEntry

func (k knownTypes) GetDynamicResourceLifeCycle(name string) (*crds.DRLCObject, error) {
	for _, entry := range k {
		if entry.Type == name && entry.IsDRLC() {
			return crds.FromDynamicResourceLifecycle(common.NewDynamicResourceLifeCycleFromConfig(entry)), nil
		}
	}
	return nil, fmt.Errorf("no such type: %s", name)
}

func (k knownTypes) GetDynamicResourceLifeCycles() (*crds.DRLCObjectList, error) {
	all := &crds.DRLCObjectList{}
	for _, entry := range k {
		if found, err := k.GetDynamicResourceLifeCycle(entry.Type); err == nil {
			all.Items = append(all.Items, *found)
		}
	}
	return all, nil
}
