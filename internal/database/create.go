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

// Labels of the Secret. The first is one of Kubernetes' recommended labels.
const (
	managedByLabel = "app.kubernetes.io/managed-by"
	managedBy      = "previewset"
	setLabel       = "previewset.dev/set"
	idLabel        = "previewset.dev/id"
)

// secretType is the type of a Secret with arbitrary data.
const secretType = "Opaque"

// maxCreates bounds the attempts of Create if other processes write the Secret at the
// same time.
const maxCreates = 3

// password matches the passwords of newPassword in all versions. A password that does
// not match is replaced.
var password = regexp.MustCompile(`^[A-Za-z0-9]{32,64}$`)

// Creation is a request for a preview's database, and the Secret for its credentials.
type Creation struct {
	// Request has no password.
	Request
	// Namespace is the namespace of the preview, and Secret the name of the Secret in it.
	Namespace, Secret string
}

// Create creates the database of c and writes the Secret, or completes both. It keeps a
// password that the Secret holds, and does not write an unchanged Secret. It reports
// whether it wrote the Secret.
//
// The database is created before the Secret is written. If Create ends between the two
// steps, the password is lost, and the next Create sets another. The errors are
// those of Server.Create and of kube, and ErrForeign for a Secret of another owner.
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
		// The preview's name has changed. The new role gets its own password.
		r.Password = newPassword()
		access, err = server.Create(ctx, r)
	}
	if errors.Is(err, ErrDropping) {
		// The error can end with a statement.
		err = fmt.Errorf("%w; try again, for example with a sync of the Application: each attempt continues the drop, as db sweep does", err)
	}
	if err != nil {
		return Access{}, false, err
	}
	wrote, err := c.write(ctx, cluster, before, access)
	return access, wrote, err
}

// foreignRemedy is the remedy for a Secret of another owner. It does not propose to remove the
// Secret, because a running preview or another program can use it.
const foreignRemedy = "use another --secret or --namespace"

// read returns the Secret. If it does not exist, read returns one without data and
// ResourceVersion.
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
		return nil, fmt.Errorf("%w: Secret %s/%s exists and was not created by previewset (no label %s=%s, or another type): %s",
			ErrForeign, c.Namespace, c.Secret, managedByLabel, managedBy, foreignRemedy)
	case labels[setLabel] != c.Mark.Set || labels[idLabel] != c.Mark.ID:
		return nil, fmt.Errorf("%w: Secret %s/%s belongs to %.63q of set %.63q: %s", ErrForeign, c.Namespace, c.Secret, labels[idLabel], labels[setLabel], foreignRemedy)
	}
	return s, nil
}

// write creates the Secret for access, or updates it if its data differs. It keeps
// labels and annotations that others have added.
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

// data returns a as the data of a Secret.
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

// newPassword returns 260 random bits as letters and digits, which no program has to
// escape.
func newPassword() string { return rand.Text() + rand.Text() }
