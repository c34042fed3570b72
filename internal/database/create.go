package database

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strconv"

	"github.com/previewset/previewset/internal/kube"
)

// Labels of the Secret. Kubernetes lists the first among those that it
// recommends.
const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "previewset"
	setLabel       = "previewset.dev/set"
	idLabel        = "previewset.dev/id"
)

// secretType is the type of a Secret without a form of its own.
const secretType = "Opaque"

// maxCreates bounds how often Create begins anew after somebody else wrote the
// Secret.
const maxCreates = 3

// password is what newPassword makes, and what an older or newer one may make.
// Anything else is somebody else's, and is not kept.
var password = regexp.MustCompile(`^[A-Za-z0-9]{32,64}$`)

// Creation is what a preview is to have, and the Secret that tells it how to get
// there.
type Creation struct {
	// Request is without a password.
	Request
	// Namespace is the preview's, and Secret a name in it.
	Namespace, Secret string
}

// Create makes what c asks for and writes the Secret, or completes both: the
// password stays what the Secret says, and nothing is written that is there
// already. It reports whether it wrote the Secret.
//
// The server comes first. If this ends between the two, then nobody knows the
// password, and the next Create makes another. The errors are those of
// Server.Create and of kube, and ErrForeign for a Secret that is not this
// preview's.
func Create(ctx context.Context, server Server, cluster *kube.Client, c Creation) (access Access, wrote bool, err error) {
	for range maxCreates {
		access, wrote, err = c.create(ctx, server, cluster)
		if !errors.Is(err, kube.ErrConflict) {
			return access, wrote, err
		}
	}
	return Access{}, false, err
}

func (c Creation) create(ctx context.Context, server Server, cluster *kube.Client) (Access, bool, error) {
	before, err := c.read(ctx, cluster)
	if err != nil {
		return Access{}, false, err
	}
	r := c.Request
	known := before.Data["password"]
	if r.Password = string(known); !password.Match(known) {
		r.Password = newPassword()
	}
	access, err := server.Create(ctx, r)
	if err == nil && r.Password == string(known) && access.User != string(before.Data["user"]) {
		// The preview has another name now. Its new role has a password of its own.
		r.Password = newPassword()
		access, err = server.Create(ctx, r)
	}
	if err != nil {
		return Access{}, false, err
	}
	wrote, err := c.write(ctx, cluster, before, access)
	return access, wrote, err
}

// read returns the Secret as it is, without a version where it is not there.
func (c Creation) read(ctx context.Context, cluster *kube.Client) (*kube.Secret, error) {
	s, err := cluster.Secret(ctx, c.Namespace, c.Secret)
	if errors.Is(err, kube.ErrNotFound) {
		s = &kube.Secret{Type: secretType}
		s.Namespace, s.Name = c.Namespace, c.Secret
		return s, nil
	}
	if err != nil {
		return nil, err
	}
	labels := s.Labels
	switch {
	case labels[managedByLabel] != managedBy || s.Type != secretType:
		return nil, fmt.Errorf("%w: Secret %s/%s is there and not previewset's (no label %s=%s, or of another type): remove it, or choose another name",
			ErrForeign, c.Namespace, c.Secret, managedByLabel, managedBy)
	case labels[setLabel] != c.Mark.Set || labels[idLabel] != c.Mark.ID:
		return nil, fmt.Errorf("%w: Secret %s/%s belongs to %.63q of set %.63q", ErrForeign, c.Namespace, c.Secret, labels[idLabel], labels[setLabel])
	}
	return s, nil
}

// write brings the Secret to what access says, and leaves labels and annotations
// of others as they are.
func (c Creation) write(ctx context.Context, cluster *kube.Client, before *kube.Secret, access Access) (bool, error) {
	after := *before
	after.Data = access.data()
	after.Labels = map[string]string{}
	maps.Copy(after.Labels, before.Labels)
	maps.Copy(after.Labels, map[string]string{managedByLabel: managedBy, setLabel: c.Mark.Set, idLabel: c.Mark.ID})
	if before.ResourceVersion == "" {
		return true, cluster.CreateSecret(ctx, &after)
	}
	if maps.EqualFunc(before.Data, after.Data, bytes.Equal) {
		return false, nil
	}
	return true, cluster.UpdateSecret(ctx, &after)
}

// data returns a as a Secret has it.
func (a Access) data() map[string][]byte {
	return map[string][]byte{
		"host":     []byte(a.Host),
		"port":     []byte(strconv.Itoa(a.Port)),
		"database": []byte(a.Database),
		"schema":   []byte(a.Schema),
		"user":     []byte(a.User),
		"password": []byte(a.Password),
		"url":      []byte(a.URL()),
	}
}

// newPassword returns 260 random bits as letters and digits, so that no program
// has to escape them.
func newPassword() string { return rand.Text() + rand.Text() }
