package environment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/tools/cache"

	"github.com/previewset/previewset/test/e2e/stack"
)

// Ledger records the creation and deletion of each Application, and the deletions that
// tests allow. It is safe for concurrent use.
type Ledger struct {
	mu      sync.Mutex
	records map[string]*record // by UID
	allowed map[string]int     // by name: number of unused allowances
}

type record struct {
	name    string
	created time.Time
	deleted time.Time // when the deletion was first observed; zero: not deleted
	allowed bool
}

// NewLedger returns an empty ledger.
func NewLedger() *Ledger {
	return &Ledger{records: map[string]*record{}, allowed: map[string]int{}}
}

// Allow allows the deletion of one Application of each name, from now on.
func (l *Ledger) Allow(names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.allowed[name]++
	}
}

// Exists records that an Application exists.
func (l *Ledger) Exists(uid, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.records[uid] == nil {
		l.records[uid] = &record{name: name, created: time.Now()}
	}
}

// Deleted records that an Application has been deleted or is being deleted. The first call
// for a uid uses one allowance of the name.
func (l *Ledger) Deleted(uid, name string) {
	l.Exists(uid, name)
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.records[uid]
	if !a.deleted.IsZero() {
		return
	}
	a.deleted = time.Now()
	if l.allowed[name] > 0 {
		l.allowed[name]--
		a.allowed = true
	}
}

// existing returns the names of the Applications that were not deleted, by UID.
func (l *Ledger) existing() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	names := map[string]string{}
	for uid, a := range l.records {
		if a.deleted.IsZero() {
			names[uid] = a.name
		}
	}
	return names
}

// Unexpected describes the deletions without an allowance, sorted by name.
func (l *Ledger) Unexpected() (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.records {
		if !a.deleted.IsZero() && !a.allowed {
			all = append(all, fmt.Sprintf("%s, created at %s, deleted at %s", a.name, a.created.Format(time.TimeOnly), a.deleted.Format(time.TimeOnly)))
		}
	}
	slices.Sort(all)
	return all
}

// Count returns the total number of Applications, and the number of deleted ones.
func (l *Ledger) Count() (total, deleted int) {
	existing := len(l.existing())
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.records), len(l.records) - existing
}

// WatchApplications returns a ledger of all Applications. It watches them until ctx ends.
func (e *Environment) WatchApplications(ctx context.Context) (*Ledger, error) {
	l := NewLedger()
	informer := dynamicinformer.NewFilteredDynamicInformer(e.Cluster.Dynamic, e.Kind("applications"), stack.ArgoCDNamespace, 0, cache.Indexers{}, nil).Informer()
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(o any) { l.record(o, false) },
		UpdateFunc: func(before, after any) {
			if before.(metav1.Object).GetUID() != after.(metav1.Object).GetUID() {
				l.record(before, true) // the watch has missed its deletion
			}
			l.record(after, false)
		},
		DeleteFunc: func(o any) {
			if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = last.Obj
			}
			l.record(o, true)
		},
	}); err != nil {
		return nil, err
	}
	go informer.Run(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("the watch of Applications did not sync")
	}
	return l, nil
}

func (l *Ledger) record(o any, deleted bool) {
	a := o.(metav1.Object)
	if deleted || a.GetDeletionTimestamp() != nil {
		l.Deleted(string(a.GetUID()), a.GetName())
	} else {
		l.Exists(string(a.GetUID()), a.GetName())
	}
}

// UpdateLedger records the changes that the watch has not reported yet.
func (e *Environment) UpdateLedger(ctx context.Context, l *Ledger) error {
	missing := l.existing()
	list, err := e.Applications(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		delete(missing, string(a.GetUID()))
		l.record(&a, false)
	}
	for uid, name := range missing {
		l.Deleted(uid, name)
	}
	return nil
}
