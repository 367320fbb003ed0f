package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	ctrlruntimeclient "sigs.k8s.io/controller-runtime/pkg/client"

	"sigs.k8s.io/boskos/common"
	"sigs.k8s.io/boskos/crds"
	"sigs.k8s.io/boskos/handlers"
	"sigs.k8s.io/boskos/ranch"
)

const (
	namespace = "default"
	// As cmd/boskos has it by default.
	requestTTL = 30 * time.Second
)

// boskos is the original's server on a port of its own, on loopback.
type boskos struct {
	url     string
	storage *ranch.Storage
	server  *http.Server
}

// openBoskos serves the given types, once their resources are there. It has none of cmd/boskos's metrics round the handler.
func openBoskos(store ctrlruntimeclient.Client, types ...common.ResourceEntry) (*boskos, error) {
	storage := ranch.NewStorage(context.Background(), store, namespace)
	kept, err := ranch.NewRanch("", storage, requestTTL)
	if err != nil {
		return nil, err
	}
	if err := storage.SyncResources(&common.BoskosConfig{Resources: types}); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: handlers.NewBoskosHandler(kept)}
	go func() { _ = server.Serve(listener) }()
	return &boskos{url: "http://" + listener.Addr().String(), storage: storage, server: server}, nil
}

func (b *boskos) close() {
	_ = b.server.Close()
}

// count tells how many resources are as asked for.
func (b *boskos) count(asked func(crds.ResourceObject) bool) int {
	resources, err := b.storage.GetResources()
	if err != nil {
		return 0
	}
	counted := 0
	for _, resource := range resources.Items {
		if asked(resource) {
			counted++
		}
	}
	return counted
}

func (b *boskos) countFree(rtype string) int {
	return b.count(func(resource crds.ResourceObject) bool {
		return resource.Spec.Type == rtype && resource.Status.State == common.Free
	})
}

// serve is the server alone, with so many free resources of the type "project".
func serve(o options) (any, error) {
	store, err := openStore(o.store)
	if err != nil {
		return nil, err
	}
	server, err := openBoskos(store, physical("project", o.size))
	if err != nil {
		return nil, err
	}
	fmt.Printf("{\"url\": %q}\n", server.url)
	select {}
}

// physical is a type of resources that are free from the start.
func physical(rtype string, count int) common.ResourceEntry {
	names := make([]string, count)
	for at := range names {
		names[at] = fmt.Sprintf("%s-%05d", rtype, at)
	}
	return common.ResourceEntry{Type: rtype, State: common.Free, Names: names}
}

// virtual is a type of resources that Mason makes, dirty from the start; converter says which Mason.
func virtual(rtype string, count int, converter string, needs common.ResourceNeeds) common.ResourceEntry {
	return common.ResourceEntry{
		Type:     rtype,
		State:    common.Dirty,
		MinCount: count,
		MaxCount: count,
		Needs:    needs,
		Config:   common.ConfigType{Type: converter},
	}
}

// freed is a store that tells when each resource of a type becomes free: to ask would slow down what is measured.
type freed struct {
	ctrlruntimeclient.Client
	rtype string
	times chan time.Time
}

func watchFreed(store ctrlruntimeclient.Client, rtype string, count int) *freed {
	return &freed{Client: store, rtype: rtype, times: make(chan time.Time, count)}
}

func (f *freed) Update(ctx context.Context, object ctrlruntimeclient.Object, options ...ctrlruntimeclient.UpdateOption) error {
	if err := f.Client.Update(ctx, object, options...); err != nil {
		return err
	}
	resource, ok := object.(*crds.ResourceObject)
	if ok && resource.Spec.Type == f.rtype && resource.Status.State == common.Free {
		f.times <- time.Now()
	}
	return nil
}
