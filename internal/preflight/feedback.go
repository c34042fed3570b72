package preflight

import (
	"context"
	"errors"
	"fmt"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/generator/forge"
	"github.com/previewset/previewset/internal/kube"
	"github.com/previewset/previewset/internal/lease"
)

// feedback checks the logins that write feedback, and the right to hold the Lease. The group is
// empty if no set has feedback. sources are those of all sets.
func (k *checker) feedback(ctx context.Context, sources []source) Group {
	g := Group{Name: "feedback"}
	if len(k.parts.Feedback.Sets) == 0 {
		return g
	}
	defer k.Working("feedback")()
	checked := map[forge.Feedback]bool{}
	for i, s := range k.config.Sets {
		for _, w := range k.config.FeedbackWarnings(s) {
			g.warn("set "+s.Name, "%s", w.Message)
		}
		for _, set := range k.parts.Feedback.Sets {
			if set.Name == s.Name && !checked[set.Forge] {
				checked[set.Forge] = true
				k.login(ctx, &g, set.Forge, s.Name, sources[i])
			}
		}
	}
	k.lease(ctx, &g)
	return g
}

// login checks that a login that writes feedback is valid. It reads what the writer reads first:
// no forge reports in general what a token may write.
func (k *checker) login(ctx context.Context, g *Group, f forge.Feedback, set string, from source) {
	if !from.real {
		reason := "no open change matches the rules now"
		if !from.read {
			reason = "its source can't be read: correct the source first"
		}
		k.notChecked("the login that writes feedback of the set %s: %s", set, reason)
		return
	}
	var err error
	if from.change.Kind == generator.PullRequest {
		_, err = f.Comments(ctx, from.change.Number, "previewset")
	} else {
		_, err = f.Status(ctx, from.change.HeadSHA, "preview")
	}
	if err != nil {
		g.fail("set "+set, "%v: correct the token of feedback, which needs the rights in docs/feedback.md", err)
		return
	}
	g.ok("set "+set, "the login that writes feedback can read it; the first write shows whether it may write")
}

// lease reviews the rights to hold the Lease: those of the pod, or with a kubeconfig, those of
// the service's ServiceAccount.
func (k *checker) lease(ctx context.Context, g *Group) {
	namespace, account, who := k.Account.Namespace, k.Account, fmt.Sprintf("ServiceAccount %s/%s", k.Account.Namespace, k.Account.Name)
	if k.Kubeconfig == "" {
		account, who = kube.ServiceAccount{}, "the service"
		var err error
		if namespace, err = kube.PodNamespace(); err != nil {
			k.notChecked("the right to hold the Lease of feedback: %v: run the check in the pod of the service, or name a kubeconfig with --kubeconfig", err)
			return
		}
	}
	cluster, err := kube.Connect(k.Kubeconfig)
	var client *kube.Client
	if err == nil {
		client, err = kube.New(cluster, 0)
	}
	if err != nil {
		g.fail("Lease", "%v: apply manifests/components/feedback", err)
		return
	}
	g.reviewLease(ctx, k, client, namespace, account, who)
}

func (g *Group) reviewLease(ctx context.Context, k *checker, client *kube.Client, namespace string, account kube.ServiceAccount, who string) {
	for _, access := range []kube.Access{{Verb: "create"}, {Verb: "get", Name: lease.Feedback}, {Verb: "update", Name: lease.Feedback}} {
		access.Namespace, access.Group, access.Resource = namespace, "coordination.k8s.io", "leases"
		allowed, err := client.Allowed(ctx, access, account)
		switch {
		case errors.Is(err, kube.ErrForbidden):
			k.notChecked("whether %s may hold the Lease of feedback: %v", who, err)
			return
		case err != nil:
			g.fail("Lease", "%v: %s", err, unreachable)
			return
		case !allowed:
			g.fail("Lease", "%s may not %s the Lease %s in namespace %s: apply manifests/components/feedback, which has the Role previewset-feedback", who, access.Verb, lease.Feedback, namespace)
			return
		}
	}
	g.ok("Lease", "%s may hold the Lease %s in namespace %s", who, lease.Feedback, namespace)
}
