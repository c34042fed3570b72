package kube_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"testing"

	"github.com/previewset/previewset/internal/kube"
	kubetest "github.com/previewset/previewset/test/fake/kube"
)

const leasesPath = "/apis/coordination.k8s.io/v1/namespaces/previewset/leases"

// fakeLeases has one Lease, with the optimistic concurrency of Kubernetes. The fake API calls
// it with its lock.
type fakeLeases struct {
	stored  kubetest.Object
	version int
}

func (f *fakeLeases) serve(w http.ResponseWriter, r *http.Request) {
	var sent kubetest.Object
	if r.Method != http.MethodGet {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent["kind"] != "Lease" || sent["apiVersion"] != "coordination.k8s.io/v1" {
			kubetest.Refuse(w, http.StatusBadRequest, "BadRequest", fmt.Sprintf("%v is not a Lease: %v", sent, err))
			return
		}
	}
	switch {
	case r.Method == http.MethodPost && r.URL.Path == leasesPath && f.stored != nil:
		kubetest.Refuse(w, http.StatusConflict, "AlreadyExists", "the Lease exists")
	case r.Method == http.MethodPost && r.URL.Path == leasesPath:
		f.store(w, sent, http.StatusCreated)
	case r.URL.Path != leasesPath+"/writer" || f.stored == nil:
		kubetest.Refuse(w, http.StatusNotFound, "NotFound", "the Lease does not exist")
	case r.Method == http.MethodPut && versionOf(sent) != versionOf(f.stored):
		kubetest.Refuse(w, http.StatusConflict, "Conflict", "the object has been modified")
	case r.Method == http.MethodPut:
		f.store(w, sent, http.StatusOK)
	default:
		_ = json.NewEncoder(w).Encode(f.stored)
	}
}

func (f *fakeLeases) store(w http.ResponseWriter, sent kubetest.Object, status int) {
	f.version++
	sent["metadata"].(kubetest.Object)["resourceVersion"] = strconv.Itoa(f.version)
	f.stored = sent
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(sent)
}

func versionOf(o kubetest.Object) any { return o["metadata"].(kubetest.Object)["resourceVersion"] }

func TestLeaseRoundTrip(t *testing.T) {
	t.Parallel()
	api, leases := kubetest.Start(t), &fakeLeases{}
	api.Hook(leases.serve)
	c := newClient(t, api.Kubeconfig(t))
	if _, err := c.Lease(t.Context(), "previewset", "writer"); !errors.Is(err, kube.ErrNotFound) {
		t.Errorf("got %v, want %v", err, kube.ErrNotFound)
	}
	first := &kube.Lease{Spec: kube.LeaseSpec{HolderIdentity: "a", LeaseDurationSeconds: 30}}
	first.Namespace, first.Name = "previewset", "writer"
	stored, err := c.CreateLease(t.Context(), first)
	if err != nil || stored.ResourceVersion != "1" {
		t.Fatalf("got %+v, %v, want the stored Lease", stored, err)
	}
	if _, err := c.CreateLease(t.Context(), first); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("second creation: got %v, want %v", err, kube.ErrConflict)
	}
	next := *stored
	next.Spec.HolderIdentity = "b"
	if updated, err := c.UpdateLease(t.Context(), &next); err != nil || updated.ResourceVersion != "2" {
		t.Fatalf("got %+v, %v, want the updated Lease", updated, err)
	}
	if _, err := c.UpdateLease(t.Context(), stored); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("update of a former version: got %v, want %v", err, kube.ErrConflict)
	}
	if read, err := c.Lease(t.Context(), "previewset", "writer"); err != nil || read.Spec.HolderIdentity != "b" || read.Spec.LeaseDurationSeconds != 30 {
		t.Errorf("got %+v, %v, want the holder b", read, err)
	}
	leases.stored = nil
	if _, err := c.UpdateLease(t.Context(), &next); !errors.Is(err, kube.ErrConflict) {
		t.Errorf("update of a removed Lease: got %v, want %v", err, kube.ErrConflict)
	}
	want := []string{"GET " + leasesPath + "/writer", "POST " + leasesPath, "POST " + leasesPath, "PUT " + leasesPath + "/writer"}
	if calls := api.Calls(); !slices.Equal(calls[:4], want) {
		t.Errorf("got the calls %q, want %q", calls, want)
	}
}

func TestForbiddenLease(t *testing.T) {
	t.Parallel()
	api := kubetest.Start(t)
	api.Hook(func(w http.ResponseWriter, _ *http.Request) {
		kubetest.Refuse(w, http.StatusForbidden, "Forbidden", "you may not")
	})
	c := newClient(t, api.Kubeconfig(t))
	if _, err := c.Lease(t.Context(), "previewset", "writer"); !errors.Is(err, kube.ErrForbidden) {
		t.Errorf("read: got %v, want %v", err, kube.ErrForbidden)
	}
	if _, err := c.CreateLease(t.Context(), &kube.Lease{}); !errors.Is(err, kube.ErrForbidden) {
		t.Errorf("creation: got %v, want %v", err, kube.ErrForbidden)
	}
	if _, err := c.UpdateLease(t.Context(), &kube.Lease{}); !errors.Is(err, kube.ErrForbidden) {
		t.Errorf("update: got %v, want %v", err, kube.ErrForbidden)
	}
}
