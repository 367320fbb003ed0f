package main

import (
	"context"
	"time"

	"sigs.k8s.io/boskos/client"
	"sigs.k8s.io/boskos/common"
	"sigs.k8s.io/boskos/crds"
	"sigs.k8s.io/boskos/mason"
)

// The defaults of cmd/fake-mason, the one program with a Mason that the original has; its wait period is 15 s.
const (
	defaultCleaners   = 15
	defaultSyncPeriod = 10 * time.Minute
)

// types is where a Mason reads what its types need: ranch.Storage, or knownTypes.
type types interface {
	GetDynamicResourceLifeCycle(name string) (*crds.DRLCObject, error)
	GetDynamicResourceLifeCycles() (*crds.DRLCObjectList, error)
}

type masonOptions struct {
	options
	url   string
	types types
	// Also the name of the converter that its types must have.
	owner string
}

// startMason starts the original's Mason. Its heartbeat keeps the default period: a shorter one only takes its time.
func startMason(o masonOptions) (*mason.Mason, error) {
	boskosClient, err := client.NewClient(o.owner, o.url, "", "")
	if err != nil {
		return nil, err
	}
	started := mason.NewMason(o.cleaners, boskosClient, o.wait, defaultSyncPeriod, o.types)
	err = started.RegisterConfigConverter(o.owner, func(string) (mason.Masonable, error) {
		return waiting{o.construct}, nil
	})
	if err != nil {
		return nil, err
	}
	started.Start()
	return started, nil
}

// waiting is a Masonable that makes nothing.
type waiting struct{ duration time.Duration }

func (w waiting) Construct(ctx context.Context, _ common.Resource, _ common.TypeToResources) (*common.UserData, error) {
	if w.duration > 0 {
		select {
		case <-time.After(w.duration):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return &common.UserData{}, nil
}
