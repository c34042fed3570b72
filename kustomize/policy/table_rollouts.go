package policy

import (
	"strings"

	"github.com/previewset/previewset/kustomize/fields"
	"github.com/previewset/previewset/kustomize/object"
)

const (
	rolloutRouting  = "spec.strategy.canary.trafficRouting."
	movesOthers     = "Argo Rollouts would change an object of another namespace"
	virtualServices = "GetVirtualServiceNamespaceName in utils/istio/istio.go of github.com/argoproj/argo-rollouts"
)

// rolloutRows has Rollouts of Argo, whose controller changes the objects of other controllers.
var rolloutRows = []Row{
	{
		Word: allowOtherNamespace, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "istio.virtualService.name", Except: ownVirtualService,
		Why: movesOthers, Fix: "write the name without a namespace", Source: virtualServices,
	},
	{
		Word: allowOtherNamespace, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "istio.virtualServices[].name", Except: ownVirtualService,
		Why: movesOthers, Fix: "write the name without a namespace", Source: virtualServices,
	},
	{
		Word: allowOtherNamespace, Group: "argoproj.io", Kinds: []string{"Rollout"}, Path: rolloutRouting + "plugins[argoproj-labs/gatewayAPI].namespace", Except: ownNamespace,
		Why: movesOthers, Source: "https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/",
	},
}

// ownVirtualService are names of VirtualServices, which can end in their namespace.
var ownVirtualService = Values{"names without another namespace", func(p fields.Place, in Scope) bool {
	_, namespace, found := strings.Cut(object.Scalar(p.Node), ".")
	return object.IsText(p.Node) && (!found || in.Own == "" || namespace == in.Own)
}}
