package world

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

// Ledger has the life of each Application, and which of them may be deleted. Its
// methods may be called from several goroutines.
type Ledger struct {
	mu      sync.Mutex
	lives   map[string]*life // by UID
	allowed map[string]int   // by name: how many that are not deleted yet
}

type life struct {
	name    string
	began   time.Time
	ended   time.Time // when its deletion was first seen; zero for not
	allowed bool
}

// NewLedger returns a ledger without entries.
func NewLedger() *Ledger {
	return &Ledger{lives: map[string]*life{}, allowed: map[string]int{}}
}

// Allow lets one Application of each name be deleted from now on.
func (l *Ledger) Allow(names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.allowed[name]++
	}
}

// Seen notes that an Application is there.
func (l *Ledger) Seen(uid, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lives[uid] == nil {
		l.lives[uid] = &life{name: name, began: time.Now()}
	}
}

// Deleted notes that an Application is gone or being deleted, and takes one
// allowance of its name, on the first call for uid.
func (l *Ledger) Deleted(uid, name string) {
	l.Seen(uid, name)
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.lives[uid]
	if !a.ended.IsZero() {
		return
	}
	a.ended = time.Now()
	if l.allowed[name] > 0 {
		l.allowed[name]--
		a.allowed = true
	}
}

// alive returns the Applications that were not deleted, by UID.
func (l *Ledger) alive() map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	alive := map[string]string{}
	for uid, a := range l.lives {
		if a.ended.IsZero() {
			alive[uid] = a.name
		}
	}
	return alive
}

// Unexpected returns the deletions that nobody had allowed.
func (l *Ledger) Unexpected() (all []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.lives {
		if !a.ended.IsZero() && !a.allowed {
			all = append(all, fmt.Sprintf("%s, there since %s, was deleted at %s", a.name, a.began.Format(time.TimeOnly), a.ended.Format(time.TimeOnly)))
		}
	}
	slices.Sort(all)
	return all
}

// Count returns how many Applications there were, and how many were deleted.
func (l *Ledger) Count() (there, deleted int) {
	alive := len(l.alive())
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lives), len(l.lives) - alive
}

// KeepLedger writes down all Applications from now on, until ctx ends.
func (w *World) KeepLedger(ctx context.Context) (*Ledger, error) {
	l := NewLedger()
	informer := dynamicinformer.NewFilteredDynamicInformer(w.Cluster.Dynamic, w.Kind("applications"), stack.ArgoCDNamespace, 0, cache.Indexers{}, nil).Informer()
	if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(o any) { l.note(o, false) },
		UpdateFunc: func(before, after any) {
			if before.(metav1.Object).GetUID() != after.(metav1.Object).GetUID() {
				l.note(before, true) // no event reported its end
			}
			l.note(after, false)
		},
		DeleteFunc: func(o any) {
			if last, ok := o.(cache.DeletedFinalStateUnknown); ok {
				o = last.Obj
			}
			l.note(o, true)
		},
	}); err != nil {
		return nil, err
	}
	go informer.Run(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		return nil, errors.New("the Applications can't be watched")
	}
	return l, nil
}

func (l *Ledger) note(o any, gone bool) {
	a := o.(metav1.Object)
	if gone || a.GetDeletionTimestamp() != nil {
		l.Deleted(string(a.GetUID()), a.GetName())
	} else {
		l.Seen(string(a.GetUID()), a.GetName())
	}
}

// BringUpToDate writes down what the watch has not reported yet.
func (w *World) BringUpToDate(ctx context.Context, l *Ledger) error {
	missing := l.alive()
	list, err := w.Applications(ctx)
	if err != nil {
		return err
	}
	for _, a := range list {
		delete(missing, string(a.GetUID()))
		l.note(&a, false)
	}
	for uid, name := range missing {
		l.Deleted(uid, name)
	}
	return nil
}
