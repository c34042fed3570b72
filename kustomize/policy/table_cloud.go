package policy

// The effect of controllers of external systems.
const (
	createsOutside = "its controller would create or change resources outside of the cluster, with credentials of its own"
	installOnce    = "create it once outside of the previews"
)

func inCloud(group, source string, kinds ...string) Row {
	return Row{Word: allowCloudResource, Group: group, Kinds: kinds, Why: createsOutside, Fix: installOnce, Source: source}
}

// cloudRows has kinds whose controllers create something outside of the cluster.
var cloudRows = []Row{
	// Clouds.
	inCloud("*.services.k8s.aws", "https://aws-controllers-k8s.github.io/docs/"),
	inCloud("services.k8s.aws", "https://aws-controllers-k8s.github.io/docs/"),
	inCloud("*.cnrm.cloud.google.com", "https://cloud.google.com/config-connector/docs/overview"),
	inCloud("*.azure.com", "https://azure.github.io/azure-service-operator/reference/"),
	inCloud("*.crossplane.io", "https://docs.crossplane.io/latest/managed-resources/managed-resources/"),
	inCloud("*.upbound.io", "https://marketplace.upbound.io/providers"),
	inCloud("oci.oracle.com", "https://github.com/oracle/oci-service-operator"),
	inCloud("database.oracle.com", "https://github.com/oracle/oracle-database-operator docs/adb", "AutonomousContainerDatabase", "AutonomousDatabase", "AutonomousDatabaseBackup", "AutonomousDatabaseRestore", "DbcsSystem"),
	inCloud("ibmcloud.ibm.com", "https://github.com/IBM/cloud-operators"),
	inCloud("services.cloud.sap.com", "https://github.com/SAP/sap-btp-service-operator"),
	inCloud("servicecatalog.k8s.io", "https://svc-cat.io/docs/resources/"),
	inCloud("databases.digitalocean.com", "https://github.com/digitalocean/do-operator"),
	inCloud("*.appcat.vshn.io", "https://docs.appcat.ch/"),
	inCloud("appcat.vshn.io", "https://docs.appcat.ch/"),
	inCloud("*.kubeform.com", "https://kubeform.com/docs/"),

	// Clusters and machines.
	inCloud("cluster.x-k8s.io", "https://cluster-api.sigs.k8s.io/"),
	inCloud("*.cluster.x-k8s.io", "https://cluster-api.sigs.k8s.io/"),
	inCloud("anywhere.eks.amazonaws.com", "https://anywhere.eks.amazonaws.com/docs/"),
	inCloud("hive.openshift.io", "https://github.com/openshift/hive"),
	inCloud("hypershift.openshift.io", "https://hypershift.pages.dev/reference/api/"),
	inCloud("agent-install.openshift.io", "https://github.com/openshift/assisted-service"),
	inCloud("metal3.io", "https://book.metal3.io/bmo/introduction"),
	inCloud("tinkerbell.org", "https://tinkerbell.org/docs/"),
	inCloud("*.tinkerbell.org", "https://tinkerbell.org/docs/"),
	inCloud("chisel-operator.io", "https://github.com/FyraLabs/chisel-operator"),
	inCloud("operator.inlets.dev", "https://docs.inlets.dev/reference/inlets-operator/"),

	// Networks of clouds.
	inCloud("application-networking.k8s.aws", "https://www.gateway-api-controller.eks.aws.dev/latest/"),
	inCloud("appmesh.k8s.aws", "https://aws.github.io/aws-app-mesh-controller-for-k8s/"),
	inCloud("aga.k8s.aws", "https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/globalaccelerator/introduction/"),
	inCloud("operator.h3poteto.dev", "https://github.com/h3poteto/aws-global-accelerator-controller"),
	inCloud("cloudflare-operator.io", "https://github.com/containeroo/cloudflare-operator"),

	// Infrastructure as code.
	inCloud("infra.contrib.fluxcd.io", "https://flux-iac.github.io/tofu-controller/"),
	inCloud("tf.galleybytes.com", "https://tf.galleybytes.com/docs/"),
	inCloud("tf.isaaczafuta.com", "https://github.com/isaaguilar/terraform-operator"),
	inCloud("app.terraform.io", "https://developer.hashicorp.com/terraform/cloud-docs/integrations/kubernetes"),
	inCloud("pulumi.com", "https://www.pulumi.com/docs/iac/using-pulumi/continuous-delivery/pulumi-kubernetes-operator/"),
	inCloud("*.pulumi.com", "https://www.pulumi.com/docs/iac/using-pulumi/continuous-delivery/pulumi-kubernetes-operator/"),

	// Databases and messages as a service.
	inCloud("aiven.io", "https://aiven.github.io/aiven-operator/"),
	inCloud("atlas.mongodb.com", "https://www.mongodb.com/docs/atlas/operator/current/"),
	inCloud("atlas.generated.mongodb.com", "https://www.mongodb.com/docs/atlas/operator/current/"),
	inCloud("postgres-operator.crunchydata.com", "https://access.crunchydata.com/documentation/postgres-operator/latest/", "CrunchyBridgeCluster"),

	// Monitoring, access and secrets as a service.
	inCloud("datadoghq.com", "https://github.com/DataDog/datadog-operator", "DatadogDashboard", "DatadogGenericResource", "DatadogMonitor", "DatadogSLO"),
	inCloud("coralogix.com", "https://github.com/coralogix/coralogix-operator"),
	inCloud("nr.k8s.newrelic.com", "https://github.com/newrelic/newrelic-kubernetes-operator"),
	inCloud("k8s.checklyhq.com", "https://github.com/checkly/checkly-operator"),
	inCloud("endpointmonitor.stakater.com", "https://github.com/stakater/IngressMonitorController"),
	inCloud("resources.teleport.dev", "https://goteleport.com/docs/reference/operator-resources/"),
	inCloud("twingate.com", "https://github.com/Twingate/kubernetes-operator"),
	{
		Word: allowCloudResource, Group: "external-secrets.io", Kinds: []string{"PushSecret"}, Path: "spec.secretStoreRefs[].kind", Except: texts("SecretStore"),
		Why: "it would write into a store that others use", Fix: "use a SecretStore of the preview", Source: "https://external-secrets.io/latest/api/pushsecret/",
	},
}
