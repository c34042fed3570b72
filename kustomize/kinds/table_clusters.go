package kinds

// clusterGroups has the kinds of controllers that manage clusters.
var clusterGroups = []group{
	{
		name:       "addon.open-cluster-management.io",
		cluster:    "AddOnTemplate ClusterManagementAddOn",
		namespaced: "AddOnDeploymentConfig ManagedClusterAddOn",
		source:     "documentation of Open Cluster Management",
	},
	{
		name:       "addons.cluster.x-k8s.io",
		namespaced: "HelmChartProxy HelmReleaseProxy",
		source:     "documentation of the Helm add-on provider of Cluster API",
	},
	{
		name:       "addons.cluster.x-k8s.io",
		namespaced: "ClusterResourceSet ClusterResourceSetBinding",
		source:     "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{name: "aks.cattle.io", namespaced: "AKSClusterConfig", source: rancherCharts},
	{name: "application.epinio.io", namespaced: "App AppChart Service", source: rancherCharts},
	{name: "apps.karmada.io", cluster: "WorkloadRebalancer", source: "github.com/karmada-io/karmada@f8fdd02df376"},
	{name: "auditlog.cattle.io", cluster: "AuditPolicy", source: rancher},
	{
		name:       "autoscaling.karmada.io",
		namespaced: "CronFederatedHPA FederatedHPA",
		source:     "github.com/karmada-io/karmada@f8fdd02df376",
	},
	{name: "backups.cozystack.io", cluster: "BackupClass", namespaced: "Backup BackupJob Plan RestoreJob", source: cozystack},
	{
		name:       "bootstrap.cluster.x-k8s.io",
		namespaced: "K0sControllerConfig K0sWorkerConfig K0sWorkerConfigTemplate",
		source:     "documentation of k0smotron",
	},
	{name: "bootstrap.cluster.x-k8s.io", namespaced: "TalosConfig TalosConfigTemplate", source: cozystack},
	{
		name:       "bootstrap.cluster.x-k8s.io",
		namespaced: "EKSConfig EKSConfigTemplate NodeadmConfig NodeadmConfigTemplate",
		source:     "github.com/kubernetes-sigs/cluster-api-provider-aws@2cf09d78547d",
	},
	{
		name:       "bootstrap.cluster.x-k8s.io",
		namespaced: "KubeadmConfig KubeadmConfigTemplate",
		source:     "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{name: "catalog.cattle.io", cluster: "ClusterRepo", namespaced: "App Operation UIPlugin", source: rancher},
	{name: "cis.cattle.io", cluster: "ClusterScan ClusterScanBenchmark ClusterScanProfile ClusterScanReport", source: rancherCharts},
	{name: "clone.kubevirt.io", namespaced: "VirtualMachineClone", source: "documentation of KubeVirt"},
	{name: "cluster.cattle.io", namespaced: "ClusterAuthToken ClusterUserAttribute", source: rancher},
	{
		name:       "cluster.open-cluster-management.io",
		cluster:    "ClusterClaim ManagedCluster ManagedClusterSet",
		namespaced: "AddOnPlacementScore ManagedClusterSetBinding Placement PlacementDecision",
		source:     "documentation of Open Cluster Management",
	},
	{
		name: "cluster.x-k8s.io",
		namespaced: `
			Cluster ClusterClass Machine MachineDeployment MachineDrainRule MachineHealthCheck
			MachinePool MachineSet`,
		source: "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{name: "confidentialcontainers.org", cluster: "CcRuntime", source: "documentation of Confidential Containers"},
	{
		name:    "config.karmada.io",
		cluster: "ResourceInterpreterCustomization ResourceInterpreterWebhookConfiguration",
		source:  "github.com/karmada-io/karmada@f8fdd02df376",
	},
	{
		name:       "config.projectsveltos.io",
		cluster:    "ClusterProfile ClusterPromotion",
		namespaced: "ClusterConfiguration ClusterReport ClusterSummary Profile",
		source:     "documentation of Sveltos",
	},
	{
		name: "controlplane.cluster.x-k8s.io",
		namespaced: `
			K0sControlPlane K0sControlPlaneTemplate K0smotronControlPlane
			K0smotronControlPlaneTemplate TalosControlPlane`,
		source: "documentation of k0smotron and of the Talos provider of Cluster API",
	},
	{name: "controlplane.cluster.x-k8s.io", namespaced: "KamajiControlPlane KamajiControlPlaneTemplate", source: cozystack},
	{
		name:       "controlplane.cluster.x-k8s.io",
		namespaced: "AWSManagedControlPlane AWSManagedControlPlaneTemplate ROSAControlPlane",
		source:     "github.com/kubernetes-sigs/cluster-api-provider-aws@2cf09d78547d",
	},
	{
		name:       "controlplane.cluster.x-k8s.io",
		namespaced: "KubeadmControlPlane KubeadmControlPlaneTemplate",
		source:     "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{
		name:       "cozystack.io",
		cluster:    "ApplicationDefinition Package PackageSource SchedulingClass",
		namespaced: "Workload WorkloadMonitor",
		source:     cozystack,
	},
	{name: "eks.cattle.io", namespaced: "EKSClusterConfig", source: rancherCharts},
	{
		name: "elemental.cattle.io",
		namespaced: `
			MachineInventory MachineInventorySelector MachineInventorySelectorTemplate
			MachineRegistration ManagedOSImage ManagedOSVersion ManagedOSVersionChannel Metadata
			SeedImage`,
		source: rancherCharts,
	},
	{name: "etcd-operator.cozystack.io", namespaced: "EtcdCluster EtcdMember EtcdSnapshot", source: cozystack},
	{name: "export.kubevirt.io", namespaced: "VirtualMachineExport", source: "documentation of KubeVirt"},
	{
		name:    "ext.cattle.io",
		cluster: "GroupMembershipRefreshRequest Kubeconfig PasswordChangeRequest SelfUser Token UserActivity",
		source:  rancher,
	},
	{
		name:    "fleet.cattle.io",
		cluster: "Content",
		namespaced: `
			BundleDeployment BundleNamespaceMapping ClusterRegistration ClusterRegistrationToken
			GitRepo GitRepoRestriction ImageScan`,
		source: rancherCharts,
	},
	{name: "fleet.cattle.io", namespaced: "Bundle Cluster ClusterGroup", source: rancher},
	{name: "gateway.cozystack.io", namespaced: "TenantGateway", source: cozystack},
	{name: "gitjob.cattle.io", namespaced: "GitJob", source: rancherCharts},
	{name: "gke.cattle.io", namespaced: "GKEClusterConfig", source: rancherCharts},
	{
		name:    "infrastructure.cluster.x-k8s.io",
		cluster: "VSphereClusterIdentity VSphereDeploymentZone VSphereFailureDomain",
		namespaced: `
			GCPCluster GCPClusterTemplate GCPMachine GCPMachineTemplate GCPManagedCluster
			GCPManagedControlPlane GCPManagedMachinePool HCloudMachine HCloudMachineTemplate
			HetznerBareMetalHost HetznerBareMetalMachine HetznerBareMetalMachineTemplate
			HetznerCluster HetznerClusterTemplate Metal3Cluster Metal3ClusterTemplate Metal3Data
			Metal3DataClaim Metal3DataTemplate Metal3Machine Metal3MachineTemplate Metal3Remediation
			Metal3RemediationTemplate OpenStackCluster OpenStackClusterTemplate
			OpenStackFloatingIPPool OpenStackMachine OpenStackMachineTemplate OpenStackServer
			ProxmoxCluster ProxmoxClusterTemplate ProxmoxMachine ProxmoxMachineTemplate
			VSphereCluster VSphereClusterTemplate VSphereMachine VSphereMachineTemplate VSphereVM`,
		source: "documentation of the infrastructure providers of Cluster API",
	},
	{
		name:       "infrastructure.cluster.x-k8s.io",
		namespaced: "KubevirtCluster KubevirtClusterTemplate KubevirtMachine KubevirtMachineTemplate",
		source:     cozystack,
	},
	{
		name:    "infrastructure.cluster.x-k8s.io",
		cluster: "AWSClusterControllerIdentity AWSClusterRoleIdentity AWSClusterStaticIdentity",
		namespaced: `
			AWSCluster AWSClusterTemplate AWSFargateProfile AWSMachine AWSMachinePool
			AWSMachineTemplate AWSManagedCluster AWSManagedClusterTemplate AWSManagedMachinePool
			ROSACluster ROSAMachinePool ROSANetwork ROSARoleConfig`,
		source: "github.com/kubernetes-sigs/cluster-api-provider-aws@2cf09d78547d",
	},
	{
		name: "infrastructure.cluster.x-k8s.io",
		namespaced: `
			AzureASOManagedCluster AzureASOManagedClusterTemplate AzureASOManagedControlPlane
			AzureASOManagedControlPlaneTemplate AzureASOManagedMachinePool
			AzureASOManagedMachinePoolTemplate AzureCluster AzureClusterIdentity AzureClusterTemplate
			AzureMachine AzureMachinePool AzureMachinePoolMachine AzureMachineTemplate
			AzureManagedCluster AzureManagedClusterTemplate AzureManagedControlPlane
			AzureManagedControlPlaneTemplate AzureManagedMachinePool AzureManagedMachinePoolTemplate`,
		source: "github.com/kubernetes-sigs/cluster-api-provider-azure@69ec3a40a818",
	},
	{
		name: "infrastructure.cluster.x-k8s.io",
		namespaced: `
			DevCluster DevClusterTemplate DevMachine DevMachinePool DevMachinePoolTemplate
			DevMachineTemplate`,
		source: "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{
		name:       "instancetype.kubevirt.io",
		cluster:    "VirtualMachineClusterInstancetype VirtualMachineClusterPreference",
		namespaced: "VirtualMachineInstancetype VirtualMachinePreference",
		source:     "documentation of KubeVirt",
	},
	{name: "internal.cozystack.io", namespaced: "TenantProjection", source: cozystack},
	{
		name:       "ipam.cluster.x-k8s.io",
		cluster:    "GlobalInClusterIPPool",
		namespaced: "InClusterIPPool",
		source:     "documentation of the in-cluster IPAM provider of Cluster API",
	},
	{
		name:       "ipam.cluster.x-k8s.io",
		namespaced: "IPAddress IPAddressClaim",
		source:     "github.com/kubernetes-sigs/cluster-api@ae7ff047db49",
	},
	{name: "kamaji.clastix.io", cluster: "DataStore KubeconfigGenerator", namespaced: "TenantControlPlane", source: cozystack},
	{
		name: "kubevirt.io",
		namespaced: `
			VirtualMachine VirtualMachineInstance VirtualMachineInstanceMigration
			VirtualMachineInstancePreset VirtualMachineInstanceReplicaSet`,
		source: "documentation of KubeVirt",
	},
	{
		name: "lib.projectsveltos.io",
		cluster: `
			Classifier ClusterHealthCheck ClusterSet DebuggingConfiguration EventSource HealthCheck
			ManagementClusterClassifier Reloader RoleRequest SveltosLicense Techsupport`,
		namespaced: `
			AccessRequest ClassifierReport ConfigurationBundle ConfigurationGroup EventReport
			HealthCheckReport ManagementClusterClassifierReport ReloaderReport ResourceSummary Set
			SveltosCluster`,
		source: "github.com/projectsveltos/libsveltos@fe4f45bd5946",
	},
	{
		name: "management.cattle.io",
		cluster: `
			APIService ActiveDirectoryProvider AuthConfig AuthProvider AuthToken AzureADProvider
			Cluster CognitoProvider ComposeConfig DynamicSchema Feature FleetWorkspace
			FreeIpaProvider GenericOIDCProvider GithubAppConfig GithubAppProvider GithubConfig
			GithubProvider GlobalRole GlobalRoleBinding GoogleOAuthProvider Group GroupMember
			KeyCloakOIDCProvider KontainerDriver LocalProvider NodeDriver OIDCClient OIDCProvider
			OpenLdapProvider PodSecurityAdmissionConfigurationTemplate Principal ProxyEndpoint
			RancherUserNotification RoleTemplate SamlProvider Setting Token User UserAttribute`,
		namespaced: `
			CloudCredential ClusterProxyConfig ClusterRegistrationToken ClusterRoleTemplateBinding
			ManagedChart Node Preference Project ProjectNetworkPolicy ProjectRoleTemplateBinding
			SamlToken`,
		source: rancher,
	},
	{name: "migrations.kubevirt.io", cluster: "MigrationPolicy", source: "documentation of KubeVirt"},
	{name: "multicluster.x-k8s.io", namespaced: "ClusterProfile", source: "documentation of the Cluster Inventory API"},
	{
		name:       "networking.karmada.io",
		namespaced: "MultiClusterIngress MultiClusterService",
		source:     "github.com/karmada-io/karmada@f8fdd02df376",
	},
	{name: "operation.cattle.io", namespaced: "ETCDSnapshotRestore ETCDSnapshotSave EncryptionKeyRotation", source: rancher},
	{
		name: "operator.cluster.x-k8s.io",
		namespaced: `
			AddonProvider BootstrapProvider ControlPlaneProvider CoreProvider IPAMProvider
			InfrastructureProvider RuntimeExtensionProvider`,
		source: cozystack,
	},
	{name: "operator.karmada.io", namespaced: "Karmada", source: "github.com/karmada-io/karmada@f8fdd02df376"},
	{name: "plan.cattle.io", namespaced: "Beacon", source: rancher},
	{
		name:       "policy.karmada.io",
		cluster:    "ClusterOverridePolicy ClusterPropagationPolicy ClusterTaintPolicy",
		namespaced: "FederatedResourceQuota OverridePolicy PropagationPolicy",
		source:     "github.com/karmada-io/karmada@f8fdd02df376",
	},
	{
		name: "policy.open-cluster-management.io",
		namespaced: `
			CertificatePolicy ConfigurationPolicy OperatorPolicy PlacementBinding Policy
			PolicyAutomation PolicySet`,
		source: "documentation of Open Cluster Management",
	},
	{name: "pool.kubevirt.io", namespaced: "VirtualMachinePool", source: "documentation of KubeVirt"},
	{
		name:       "project.cattle.io",
		namespaced: "BasicAuth Certificate DockerCredential SSHAuth ServiceAccountToken Workload",
		source:     rancher,
	},
	{name: "provisioning.cattle.io", namespaced: "Cluster", source: rancher},
	{name: "remedy.karmada.io", cluster: "Remedy", source: "github.com/karmada-io/karmada@f8fdd02df376"},
	{name: "resources.cattle.io", cluster: "Backup ResourceSet Restore", source: rancherCharts},
	{name: "rke-machine.cattle.io", namespaced: "Sample", source: rancher},
	{
		name:       "rke.cattle.io",
		namespaced: "CustomMachine ETCDSnapshot RKEBootstrap RKEBootstrapTemplate RKECluster RKEControlPlane",
		source:     rancher,
	},
	{name: "runtime.cluster.x-k8s.io", cluster: "ExtensionConfig", source: "github.com/kubernetes-sigs/cluster-api@ae7ff047db49"},
	{name: "scc.cattle.io", cluster: "Registration", source: rancher},
	{
		name:       "snapshot.kubevirt.io",
		namespaced: "VirtualMachineRestore VirtualMachineSnapshot VirtualMachineSnapshotContent",
		source:     "documentation of KubeVirt",
	},
	{name: "strategy.backups.cozystack.io", cluster: "Altinity CNPG Etcd FoundationDB Job MariaDB MongoDB Velero", source: cozystack},
	{name: "telemetry.cattle.io", cluster: "SecretRequest", source: rancher},
	{name: "tinkerbell.org", namespaced: "Template Workflow", source: "documentation of Tinkerbell"},
	{name: "tinkerbell.org", namespaced: "Hardware", source: cozystack},
	{name: "ui.cattle.io", namespaced: "NavLink", source: rancher},
	{
		name:       "work.karmada.io",
		cluster:    "ClusterResourceBinding",
		namespaced: "ResourceBinding Work",
		source:     "github.com/karmada-io/karmada@f8fdd02df376",
	},
	{
		name:       "work.open-cluster-management.io",
		cluster:    "AppliedManifestWork",
		namespaced: "ManifestWork ManifestWorkReplicaSet",
		source:     "documentation of Open Cluster Management",
	},
}
