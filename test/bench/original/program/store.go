package main

import (
	"container/list"
	"context"
	"fmt"
	"strconv"
	"sync"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"
	ctrlruntimeclient "sigs.k8s.io/controller-runtime/pkg/client"
	fakectrlruntimeclient "sigs.k8s.io/controller-runtime/pkg/client/fake"

	"sigs.k8s.io/boskos/crds"
)

// openStore gives one of
//   - "fake": the client that the original's own -in_memory flag uses, which spends its time on JSON;
//   - "cached": gives a list as the cache does from which the original reads in Kubernetes, copies in no order;
//   - "quick": gives a list as fast as the interface admits.
func openStore(kind string) (ctrlruntimeclient.Client, error) {
	switch kind {
	case "fake":
		return fakectrlruntimeclient.NewClientBuilder().WithScheme(scheme.Scheme).Build(), nil
	case "cached":
		store := newQuickStore()
		store.asCached = true
		return store, nil
	case "quick":
		return newQuickStore(), nil
	default:
		return nil, fmt.Errorf("no such store: %q", kind)
	}
}

// quickStore does what the ranch asks of Kubernetes, and nothing else. It keeps resources in the order of their last write,
// since the ranch sorts each list by that: its sort has nothing to move. What the ranch doesn't call isn't there, and panics.
type quickStore struct {
	ctrlruntimeclient.Client
	asCached bool

	mutex    sync.RWMutex
	revision int
	// Of *crds.ResourceObject, the least recently written first. What it holds is replaced, never changed.
	resources *list.List
	byName    map[string]*list.Element
	types     map[string]*crds.DRLCObject
	typeNames []string
}

func newQuickStore() *quickStore {
	return &quickStore{
		resources: list.New(),
		byName:    map[string]*list.Element{},
		types:     map[string]*crds.DRLCObject{},
	}
}

func (s *quickStore) Get(_ context.Context, key ctrlruntimeclient.ObjectKey, into ctrlruntimeclient.Object, _ ...ctrlruntimeclient.GetOption) error {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	switch object := into.(type) {
	case *crds.ResourceObject:
		element, ok := s.byName[key.Name]
		if !ok {
			return notFound(key.Name)
		}
		stored(element).DeepCopyInto(object)
	case *crds.DRLCObject:
		kept, ok := s.types[key.Name]
		if !ok {
			return notFound(key.Name)
		}
		kept.DeepCopyInto(object)
	default:
		return unexpected(into)
	}
	return nil
}

func (s *quickStore) List(_ context.Context, into ctrlruntimeclient.ObjectList, _ ...ctrlruntimeclient.ListOption) error {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	switch objects := into.(type) {
	case *crds.ResourceObjectList:
		objects.Items = make([]crds.ResourceObject, s.resources.Len())
		s.listInto(objects.Items)
	case *crds.DRLCObjectList:
		objects.Items = make([]crds.DRLCObject, len(s.typeNames))
		for at, name := range s.typeNames {
			s.types[name].DeepCopyInto(&objects.Items[at])
		}
	default:
		return unexpected(into)
	}
	return nil
}

func (s *quickStore) listInto(items []crds.ResourceObject) {
	at := 0
	if s.asCached {
		for _, element := range s.byName {
			stored(element).DeepCopyInto(&items[at])
			at++
		}
		return
	}
	for element := s.resources.Front(); element != nil; element = element.Next() {
		// Shared user data costs no copy: the ranch changes only that of what it got one at a time.
		items[at] = *stored(element)
		at++
	}
}

func (s *quickStore) Create(_ context.Context, object ctrlruntimeclient.Object, _ ...ctrlruntimeclient.CreateOption) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stamp(object)
	switch created := object.(type) {
	case *crds.ResourceObject:
		if _, ok := s.byName[created.Name]; ok {
			return kerrors.NewAlreadyExists(group("resources"), created.Name)
		}
		s.byName[created.Name] = s.resources.PushBack(created.DeepCopy())
	case *crds.DRLCObject:
		if _, ok := s.types[created.Name]; ok {
			return kerrors.NewAlreadyExists(group("types"), created.Name)
		}
		s.types[created.Name] = created.DeepCopy()
		s.typeNames = append(s.typeNames, created.Name)
	default:
		return unexpected(object)
	}
	return nil
}

// Update refuses, as Kubernetes does, what was read before another's write.
func (s *quickStore) Update(_ context.Context, object ctrlruntimeclient.Object, _ ...ctrlruntimeclient.UpdateOption) error {
	resource, ok := object.(*crds.ResourceObject)
	if !ok {
		return unexpected(object)
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	element, ok := s.byName[resource.Name]
	if !ok {
		return notFound(resource.Name)
	}
	if stored(element).ResourceVersion != resource.ResourceVersion {
		return kerrors.NewConflict(group("resources"), resource.Name, fmt.Errorf("it was changed since it was read"))
	}
	s.stamp(resource)
	element.Value = resource.DeepCopy()
	s.resources.MoveToBack(element)
	return nil
}

func (s *quickStore) stamp(object ctrlruntimeclient.Object) {
	s.revision++
	object.SetResourceVersion(strconv.Itoa(s.revision))
}

func stored(element *list.Element) *crds.ResourceObject {
	return element.Value.(*crds.ResourceObject)
}

func group(resource string) schema.GroupResource {
	return crds.Resource(resource)
}

func notFound(name string) error {
	return kerrors.NewNotFound(group("resources"), name)
}

func unexpected(object any) error {
	return fmt.Errorf("the quick store knows no %T", object)
}
