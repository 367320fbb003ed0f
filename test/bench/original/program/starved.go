package main

import (
	"time"

	"sigs.k8s.io/boskos/common"
)

const starvedPeriods = 2_000

type starvedResult struct {
	// Resources that need nothing that is missing.
	Others int `json:"others"`
	// How many of them became free within 2,000 wait periods, in each trial.
	Freed []int `json:"freed"`
}

// starved has one type whose needs never come, beside another that has all it needs.
func starved(o options) (any, error) {
	result := &starvedResult{Others: o.size}
	for range o.trials {
		server, err := openBoskos(
			newQuickStore(),
			physical(needed, o.size),
			virtual(made, o.size, owner, common.ResourceNeeds{needed: 1}),
			virtual("starved", 1, owner, common.ResourceNeeds{"none": 1}),
		)
		if err != nil {
			return nil, err
		}
		if _, err := startMason(masonOptions{options: o, url: server.url, types: server.storage, owner: owner}); err != nil {
			return nil, err
		}
		time.Sleep(starvedPeriods * o.wait)
		result.Freed = append(result.Freed, server.countFree(made))
		server.close()
	}
	return result, nil
}
