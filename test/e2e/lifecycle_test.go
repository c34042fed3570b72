package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"code.gitea.io/sdk/gitea"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// testLifecycle tests pull requests of acme/shop from their opening to their end. The poll
// interval is so long that only webhooks trigger syncs.
func testLifecycle(t *testing.T, fx *fixture) {
	if _, err := fx.ApplyExample(t.Context(), "pull-requests"); err != nil {
		t.Fatal(err)
	}
	l := &lifecycle{fixture: fx, jobs: fx.watchJobs(t)}
	for _, step := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"opened", l.opened},
		{"pushed", l.pushed},
		{"base changed", l.baseChanged},
		{"label removed and added", l.relabelled},
		{"draft and ready", l.drafted},
		{"retargeted", l.retargeted},
		{"force-pushed", l.forcePushed},
		{"reopened during the deletion", l.reopened},
		{"merged", l.merged},
		{"prune reverted", l.reverted},
	} {
		if !t.Run(step.name, step.run) {
			return
		}
	}
}

// lifecycle is the state of the lifecycle tests.
type lifecycle struct {
	*fixture
	jobs    *jobs
	numbers [4]int64 // pull requests, in the order of opening
	heads   [4]string
}

// name returns the name of the i-th pull request's Application and namespace.
func (l *lifecycle) name(i int) string { return fmt.Sprintf("shop-pr-%d", l.numbers[i]) }

func (l *lifecycle) opened(t *testing.T) {
	for i := range l.numbers {
		var err error
		l.numbers[i], l.heads[i], err = l.Forge.Open(t.Context(), fmt.Sprintf("change-%d", i), fmt.Sprintf("Change %d", i), "preview")
		must(t, err)
	}
	for i := range l.numbers {
		l.awaitHealthy(t, l.name(i), "")
		l.checkObjects(t, i)
	}
}

// checkObjects checks the live objects in the namespace of the i-th preview.
func (l *lifecycle) checkObjects(t *testing.T, i int) {
	t.Helper()
	namespace, id := l.name(i), fmt.Sprintf("pr-%d", l.numbers[i])
	client := l.Cluster.Kubernetes
	deployment, err := client.AppsV1().Deployments(namespace).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	container := deployment.Spec.Template.Spec.Containers[0]
	if want := "ghcr.io/acme/shop:" + l.heads[i]; container.Image != want {
		t.Errorf("%s: image %s, want %s", namespace, container.Image, want)
	}
	schema := corev1.EnvVar{Name: "DB_SCHEMA", Value: strings.ReplaceAll(namespace, "-", "_")}
	if len(container.Env) != 1 || container.Env[0] != schema {
		t.Errorf("%s: environment %v, want %v", namespace, container.Env, schema)
	}
	for _, labels := range []map[string]string{deployment.Labels, deployment.Spec.Template.Labels} {
		if labels["previewset.dev/set"] != "shop" || labels["previewset.dev/id"] != id {
			t.Errorf("%s: labels %v, want set shop and id %s", namespace, labels, id)
		}
	}
	if deployment.Status.ReadyReplicas != 1 {
		t.Errorf("%s: %d ready replicas, want 1", namespace, deployment.Status.ReadyReplicas)
	}
	ingress, err := client.NetworkingV1().Ingresses(namespace).Get(t.Context(), "shop", metav1.GetOptions{})
	must(t, err)
	if got, want := ingress.Spec.Rules[0].Host, id+".shop.preview.localhost"; got != want {
		t.Errorf("%s: host %s, want %s", namespace, got, want)
	}
}

// revisions returns the revision of each Application.
func (l *lifecycle) revisions(t *testing.T) (all [4]string) {
	t.Helper()
	for i := range l.numbers {
		a, err := l.application(t.Context(), l.name(i))
		must(t, err)
		all[i] = a.revision
	}
	return all
}

func (l *lifecycle) pushed(t *testing.T) {
	before := l.revisions(t)
	var err error
	l.heads[1], err = l.Forge.Push(t.Context(), "change-1", "More")
	must(t, err)
	l.awaitHealthy(t, l.name(1), before[1])
	await(t, "the new image runs", func(ctx context.Context) error { return l.hasImage(ctx, l.name(1), l.heads[1]) })
	for i, revision := range l.revisions(t) {
		if moved := revision != before[i]; moved != (i == 1) {
			t.Errorf("%s: revision changed: %v, want %v", l.name(i), moved, i == 1)
		}
	}
}

// hasImage returns an error unless the Deployment in a namespace runs the commit head.
func (fx *fixture) hasImage(ctx context.Context, namespace, head string) error {
	deployment, err := fx.Cluster.Kubernetes.AppsV1().Deployments(namespace).Get(ctx, "shop", metav1.GetOptions{})
	if err != nil {
		return err
	}
	if image := deployment.Spec.Template.Spec.Containers[0].Image; !strings.HasSuffix(image, ":"+head) {
		return fmt.Errorf("%s has image %s", namespace, image)
	}
	return nil
}

func (l *lifecycle) baseChanged(t *testing.T) {
	before := l.revisions(t)
	must(t, l.editBase(t.Context()))
	for i := range l.numbers {
		l.awaitHealthy(t, l.name(i), before[i])
		await(t, l.name(i)+" has the new port of the base", func(ctx context.Context) error {
			service, err := l.Cluster.Kubernetes.CoreV1().Services(l.name(i)).Get(ctx, "shop", metav1.GetOptions{})
			if err == nil && service.Spec.Ports[0].Port != 8000 {
				err = fmt.Errorf("port %d", service.Spec.Ports[0].Port)
			}
			return err
		})
	}
}

// editBase changes the port of the base's Service.
func (l *lifecycle) editBase(ctx context.Context) error {
	const file = "apps/shop/base/service.yaml"
	if _, err := l.Forge.GitOps.Git(ctx, "fetch", "--quiet"); err != nil {
		return err
	}
	content, err := l.Forge.GitOps.Git(ctx, "show", "origin/main:"+file)
	if err != nil {
		return err
	}
	changed := strings.Replace(content, "port: 80,", "port: 8000,", 1)
	if changed == content {
		return fmt.Errorf("%s has no port 80:\n%s", file, content)
	}
	_, err = l.Forge.GitOps.Commit(ctx, "main", "Serve on port 8000", map[string]string{file: changed + "\n"})
	return err
}

// awaitOnlyDeleted waits until the i-th preview is deleted, and checks that the other
// previews are unchanged.
func (l *lifecycle) awaitOnlyDeleted(t *testing.T, i int) {
	t.Helper()
	before := l.revisions(t)
	l.awaitDeleted(t, l.name(i))
	l.jobs.await(t, "farewell-"+l.name(i))
	for k := range l.numbers {
		if k == i {
			continue
		}
		a, err := l.application(t.Context(), l.name(k))
		if err != nil || a.revision != before[k] || a.deleting {
			t.Errorf("%s: got %+v, %v; want revision %s and no deletion", l.name(k), a, err, before[k])
		}
	}
}

func (l *lifecycle) relabelled(t *testing.T) {
	l.allow(l.name(2))
	must(t, l.Forge.Unlabel(l.numbers[2], "preview"))
	l.awaitOnlyDeleted(t, 2)
	must(t, l.Forge.Label(l.numbers[2], "preview"))
	l.awaitHealthy(t, l.name(2), "")
	l.checkObjects(t, 2)
}

func (l *lifecycle) drafted(t *testing.T) {
	l.allow(l.name(2))
	must(t, l.Forge.Edit(l.numbers[2], gitea.EditPullRequestOption{Title: "WIP: Change 2"}))
	l.awaitOnlyDeleted(t, 2)
	must(t, l.Forge.Edit(l.numbers[2], gitea.EditPullRequestOption{Title: "Change 2"}))
	l.awaitHealthy(t, l.name(2), "")
}

func (l *lifecycle) retargeted(t *testing.T) {
	_, err := l.Forge.Push(t.Context(), "release", "A release")
	must(t, err)
	l.allow(l.name(2))
	must(t, l.Forge.Edit(l.numbers[2], gitea.EditPullRequestOption{Base: "release"}))
	l.awaitOnlyDeleted(t, 2)
	must(t, l.Forge.Edit(l.numbers[2], gitea.EditPullRequestOption{Base: "main"}))
	l.awaitHealthy(t, l.name(2), "")
}

func (l *lifecycle) forcePushed(t *testing.T) {
	before := l.revisions(t)
	var err error
	l.heads[2], err = l.Forge.Amend(t.Context(), "change-2", "Change 2, again")
	must(t, err)
	l.awaitHealthy(t, l.name(2), before[2])
	await(t, "the new image runs", func(ctx context.Context) error { return l.hasImage(ctx, l.name(2), l.heads[2]) })
}
