package main

import (
	"fmt"
	"time"

	"sigs.k8s.io/boskos/common"
)

const (
	needed = "physical"
	made   = "virtual"
	owner  = "mason"
)

type lifecycleResult struct {
	// From the start of Mason, which is after all resources were made, to each that became free.
	Seconds []float64 `json:"seconds"`
}

// lifecycle lets resources become free, each of which needs one physical resource.
func lifecycle(o options) (any, error) {
	kept, err := openStore(o.store)
	if err != nil {
		return nil, err
	}
	watched := watchFreed(kept, made, o.size)
	server, err := openBoskos(watched, physical(needed, o.size), virtual(made, o.size, owner, common.ResourceNeeds{needed: 1}))
	if err != nil {
		return nil, err
	}
	defer server.close()
	start := time.Now()
	if _, err := startMason(masonOptions{options: o, url: server.url, types: server.storage, owner: owner}); err != nil {
		return nil, err
	}
	result := &lifecycleResult{}
	for len(result.Seconds) < o.size {
		select {
		case at := <-watched.times:
			result.Seconds = append(result.Seconds, at.Sub(start).Seconds())
		case <-time.After(2 * time.Minute):
			return nil, fmt.Errorf("only %d of %d became free", len(result.Seconds), o.size)
		}
	}
	return result, nil
}
