package policy

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/previewset/previewset/kustomize/object"
)

const (
	incomplete  = "the controller completes the text before it changes the pod"
	writeOut    = "write the text without expressions"
	elsewhere   = "the steps, which become containers, are not part of the overlay"
	templateURL = "the template of the pod is not part of the overlay"
	usePodSpec  = "use the fields of the kind for pods"
	spark       = "https://spark.apache.org/docs/latest/running-on-kubernetes.html#pod-template"
	sparkSubmit = "github.com/kubeflow/spark-operator internal/controller/sparkapplication/submission.go"
	sparkMounts = "https://spark.apache.org/docs/latest/running-on-kubernetes.html#using-kubernetes-volumes"
	flink       = "https://nightlies.apache.org/flink/flink-docs-stable/docs/deployment/config/#kubernetes"
	fluid       = "https://github.com/fluid-cloudnative/fluid/tree/master/docs/en/samples"
	camel       = "https://camel.apache.org/camel-k/latest/traits/container.html"
)

// podTextRows has texts and settings that become parts of pods in another form than that of
// a pod.
var podTextRows = slices.Concat(
	[]Row{
		{Word: allowPodText, Field: "podSpecPatch", Except: withoutExpressions, Why: incomplete, Fix: writeOut, Source: "https://argo-workflows.readthedocs.io/en/latest/fields/#workflowspec"},
		{Word: allowPodText, Field: "resolver", Except: nearResolvers, Why: elsewhere, Fix: "write the Task or Pipeline into the base", Source: "https://tekton.dev/docs/pipelines/resolution/"},
		{
			Word: allowPodText, Group: "gateway.networking.k8s.io", Kinds: []string{"Gateway"}, Path: "spec.infrastructure.parametersRef.kind", Except: otherThan("ConfigMap"),
			Why: "Istio would change the pods of the Gateway by the texts of a ConfigMap, which can't be checked", Source: "https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment",
		},
		{Word: allowPodText, Annotation: "hooks.kubevirt.io/hookSidecars", Why: "its program could change the virtual machine, and give it files and devices of the node", Source: "https://kubevirt.io/user-guide/user_workloads/hook-sidecar/"},

		// A runner starts Docker in a privileged container.
		{Word: allowPrivileged, Group: "actions.summerwind.dev", Kinds: []string{"Runner", "RunnerDeployment", "RunnerReplicaSet", "RunnerSet"}, Why: "it would run Docker with every right on the node", Fix: "use an AutoscalingRunnerSet", Source: "https://github.com/actions/actions-runner-controller/tree/master/docs"},

		// Other names of fields of pods.
		{Word: allowHostNetwork, Field: "hostNetworking", Except: onlyFalse, Why: "it would be in the node's network", Source: "github.com/scylladb/scylla-operator pkg/api/scylla/v1 Network"},
		{Word: allowHostPort, Field: "enableClientsHostPort", Except: onlyFalse, Why: "it would take a port of the node", Source: "github.com/nats-io/nats-operator pkg/apis/nats/v1alpha2 PodPolicy"},
		{Word: allowPrivileged, Field: "allow_privileged", Except: onlyFalse, Why: "it would have every right on the node", Source: "https://www.zabbix.com/integrations/kubernetes, ZabbixAgent"},

		// Camel K.
		{Word: allowCapabilities, Field: "capabilitiesAdd", Except: emptyList, Why: "it would add capabilities that containers don't have by default", Source: camel},
		{Word: allowSeccomp, Field: "seccompProfileType", Except: texts("RuntimeDefault", "Localhost"), Why: "no seccomp profile would confine it", Source: camel},
		{Word: allowCapabilities, Annotation: "trait.camel.apache.org/container.capabilities-add", Why: "it would add capabilities that containers don't have by default", Source: camel},
		{Word: allowSeccomp, Annotation: "trait.camel.apache.org/container.seccomp-profile-type", Except: texts("RuntimeDefault", "Localhost"), Why: "no seccomp profile would confine it", Source: camel},
	},
	// Fluid mounts the data of a Dataset on nodes, with programs that have every right there.
	fluidRows("AlluxioRuntime", "CacheRuntime", "EFCRuntime", "GooseFSRuntime", "JindoRuntime", "JuiceFSRuntime", "ThinRuntime", "VineyardRuntime"),
	// A GameServer takes a port of its node for each of its ports, unless their policy is None.
	gameServers("spec.ports", "GameServer"), gameServers("spec.template.spec.ports", "Fleet", "GameServerSet"),
	sparkRows("spec.sparkConf", "SparkApplication"), sparkRows("spec.template.sparkConf", "ScheduledSparkApplication"),
	flinkRows("spec.flinkConfiguration", "FlinkDeployment"), flinkRows("spec.template.spec.flinkConfiguration", "FlinkBlueGreenDeployment"),
)

func fluidRows(runtimes ...string) []Row {
	dataset := Row{Group: "data.fluid.io", Kinds: []string{"Dataset"}, Path: "spec.mounts[].mountPoint", Fix: useClaim, Source: fluid}
	node, other := dataset, dataset
	node.Word, node.Except, node.Why = allowHostPath, notBeginning("local:"), "it would have access to files of the node"
	other.Word, other.Except, other.Why = allowOtherNamespace, notBeginning("dataset:"), "it can be data of another namespace"
	return []Row{node, other, {Word: allowPrivileged, Group: "data.fluid.io", Kinds: runtimes, Why: "its pods would have every right on the nodes, and use their disks", Fix: useClaim, Source: fluid}}
}

// notBeginning are texts that do not begin with this one.
func notBeginning(start string) Values {
	return anyOf("texts that do not begin with `"+start+"`", func(n *yaml.Node) bool {
		return n.Kind == yaml.ScalarNode && !strings.HasPrefix(strings.ToLower(strings.TrimSpace(n.Value)), start)
	})
}

func gameServers(path string, kinds ...string) []Row {
	return []Row{{Word: allowHostPort, Group: "agones.dev", Kinds: kinds, Path: path, Except: noHostPorts, Why: "they would take ports of the node", Source: "https://agones.dev/site/docs/reference/gameserver/"}}
}

// noHostPorts are the ports of a GameServer that are only ports of its container.
var noHostPorts = anyOf("the `portPolicy` `None`", func(ports *yaml.Node) bool {
	return isListOf(ports, func(port *yaml.Node) bool { return object.Scalar(object.At(port, "portPolicy")) == "None" })
})

// sparkRows returns the rows of the settings of Spark, with which the operator makes pods.
func sparkRows(path, kind string) []Row {
	of := func(word, key, why, fix, source string) Row {
		return Row{Word: word, Group: "sparkoperator.k8s.io", Kinds: []string{kind}, Path: path + "[spark.kubernetes." + key + "]", Why: why, Fix: fix, Source: source}
	}
	namespace := of(allowOtherNamespace, "namespace", "it would run in another namespace", "", sparkSubmit)
	namespace.Except = ownNamespace
	return []Row{
		namespace,
		of(allowCredentials, "file.upload.path", "the operator would upload files of its own", "use files that the image or a storage has", sparkSubmit),
		of(allowPodText, "driver.podTemplateFile", templateURL, usePodSpec, spark),
		of(allowPodText, "executor.podTemplateFile", templateURL, usePodSpec, spark),
		of(allowHostPath, "driver.volumes.hostPath.*", "it would have access to files of the node", useClaim, sparkMounts),
		of(allowHostPath, "executor.volumes.hostPath.*", "it would have access to files of the node", useClaim, sparkMounts),
		of(allowNetworkVolume, "driver.volumes.nfs.*", mountsAny, useClaim, sparkMounts),
		of(allowNetworkVolume, "executor.volumes.nfs.*", mountsAny, useClaim, sparkMounts),
	}
}

// flinkRows returns the rows of the settings of Flink, with which the operator makes pods.
func flinkRows(path, kind string) []Row {
	row := Row{Group: "flink.apache.org", Kinds: []string{kind}, Source: flink}
	network, service, template := row, row, row
	network.Word, network.Path, network.Except = allowHostNetwork, path+"[kubernetes.hostnetwork.enabled]", onlyFalseText
	network.Why = "it would be in the node's network"
	service.Word, service.Path, service.Except = allowLoadBalancer, path+"[kubernetes.rest-service.exposed.type]", texts("ClusterIP", "Headless_ClusterIP")
	service.Why, service.Fix = "it would open a load balancer, or ports of all nodes, for each preview", useRoute
	template.Word, template.Path, template.Why, template.Fix = allowPodText, path+"[kubernetes.pod-template-file*]", templateURL, usePodSpec
	return []Row{network, service, template}
}

// withoutExpressions are texts that a controller does not complete, so that they can be checked.
var withoutExpressions = anyOf("texts without `{{`", func(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "{{")
})

// nearResolvers are resolvers of Tekton that find Tasks in the cluster.
var nearResolvers = otherThan("bundles", "git", "hub", "http")
