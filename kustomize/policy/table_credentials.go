package policy

import "slices"

// The credentials that controllers use.
const (
	usesController  = "it names no credentials, so the controller would use its own"
	readsAnySecret  = "its controller would read any secret with credentials of its own"
	nameCredentials = "name a Secret or a ServiceAccount of the preview in it, or use an ExternalSecret with a ClusterSecretStore"
	useExternal     = "use an ExternalSecret"
	esoProvider     = "github.com/external-secrets/external-secrets apis/externalsecrets/v1"
	esoGenerator    = "github.com/external-secrets/external-secrets apis/generators/v1alpha1"
	kedaAuth        = "https://keda.sh/docs/latest/concepts/authentication/"
)

// credentialRows has credentials that are not those of the preview.
var credentialRows = slices.Concat(
	ambient("external-secrets.io", "SecretStore", esoProvider,
		"spec.provider.akeyless.authSecretRef", "spec.provider.aws", "spec.provider.azurekv", "spec.provider.gcpsm", "spec.provider.ibm", "spec.provider.oracle",
		"spec.provider.vault.auth.gcp", "spec.provider.vault.auth.iam", "spec.provider.vault.auth.kubernetes"),
	ambient("generators.external-secrets.io", "ACRAccessToken", esoGenerator, "spec.auth"),
	ambient("generators.external-secrets.io", "ECRAuthorizationToken", esoGenerator, "spec"),
	ambient("generators.external-secrets.io", "GCRAccessToken", esoGenerator, "spec"),
	ambient("generators.external-secrets.io", "STSSessionToken", esoGenerator, "spec"),
	ambient("generators.external-secrets.io", "VaultDynamicSecret", esoGenerator, "spec.provider.auth.gcp", "spec.provider.auth.iam", "spec.provider.auth.kubernetes"),
	ambient("awspca.cert-manager.io", "AWSPCAIssuer", "https://github.com/cert-manager/aws-privateca-issuer", "spec"),
	ambient("cas-issuer.jetstack.io", "GoogleCASIssuer", "https://github.com/cert-manager/google-cas-issuer", "spec"),
	[]Row{
		{Word: allowCredentials, Group: "external-secrets.io", Kinds: []string{"SecretStore"}, Path: "spec.provider.azurekv.authType", Except: otherThan("ManagedIdentity"), Why: "it is the identity of the controller", Fix: nameCredentials, Source: esoProvider},
		{Word: allowProxyTarget, Group: "external-secrets.io", Kinds: []string{"SecretStore"}, Path: "spec.provider.webhook", Why: asksAnyAddress, Source: "https://external-secrets.io/latest/provider/webhook/"},
		{Word: allowProxyTarget, Group: "generators.external-secrets.io", Kinds: []string{"Webhook"}, Why: asksAnyAddress, Fix: useExternal, Source: "https://external-secrets.io/latest/api/generator/webhook/"},

		// KEDA sends the credentials to the address in a trigger.
		{Word: allowCredentials, Group: "keda.sh", Kinds: []string{"ScaledJob", "ScaledObject"}, Path: "spec.triggers[].authenticationRef.kind", Except: texts("TriggerAuthentication"), Why: "it would send credentials of the cluster to the address in the trigger", Fix: "use a TriggerAuthentication of the preview", Source: kedaAuth},
		{Word: allowCredentials, Group: "keda.sh", Kinds: []string{"TriggerAuthentication"}, Path: "spec.awsSecretManager.podIdentity.provider", Except: texts("none"), Why: kedaReads, Source: kedaAuth},
		{Word: allowCredentials, Group: "keda.sh", Kinds: []string{"TriggerAuthentication"}, Path: "spec.azureKeyVault.podIdentity.provider", Except: texts("none"), Why: kedaReads, Source: kedaAuth},
		{Word: allowCredentials, Group: "keda.sh", Kinds: []string{"TriggerAuthentication"}, Path: "spec.gcpSecretManager.podIdentity.provider", Except: texts("none"), Why: kedaReads, Source: kedaAuth},
		{Word: allowCredentials, Group: "keda.sh", Kinds: []string{"TriggerAuthentication"}, Path: "spec.hashiCorpVault.credential.serviceAccount", Why: "it would send a file of KEDA's own pod, such as its token, to the address in the object", Source: "CVE-2025-68476"},

		// The Secrets Store CSI driver.
		{Word: allowCredentials, Group: "secrets-store.csi.x-k8s.io", Kinds: []string{"SecretProviderClass"}, Path: "spec.parameters.useVMManagedIdentity", Except: texts("false"), Why: nodeIdentity, Source: "https://azure.github.io/secrets-store-csi-driver-provider-azure/docs/configurations/identity-access-modes/"},
		{Word: allowCredentials, Group: "secrets-store.csi.x-k8s.io", Kinds: []string{"SecretProviderClass"}, Path: "spec.parameters.auth", Except: texts("pod-adc"), Why: nodeIdentity, Source: "https://github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp"},

		// The objects of cert-manager itself, with which an issuer answers challenges.
		{Word: allowCredentials, Group: "acme.cert-manager.io", Why: "its controller would set the DNS records of any host, with the credentials of its issuer", Fix: "use a Certificate", Source: "github.com/cert-manager/cert-manager pkg/apis/acme/v1"},

		readsSecrets("aadpodidentity.k8s.io", "https://azure.github.io/aad-pod-identity/docs/concepts/azureidentitybinding/"),
		readsSecrets("onepassword.com", "https://github.com/1Password/onepassword-operator"),
		readsSecrets("spv.no", "https://akv2k8s.io/reference/azure-key-vault-secret/"),
		readsSecrets("ricoberger.de", "https://github.com/ricoberger/vault-secrets-operator"),
		readsSecrets("koudingspawn.de", "https://github.com/DaspawnW/vault-crd"),
		readsSecrets("passbolt.tagesspiegel.de", "https://github.com/urbanmedia/passbolt-operator"),
		{Word: allowCredentials, Group: "cloudcredential.openshift.io", Kinds: []string{"CredentialsRequest"}, Why: "its controller would create an account of the cloud, with rights that it names", Fix: installOnce, Source: "github.com/openshift/api cloudcredential/v1"},
		{Word: allowCredentials, Group: "db.movetokube.com", Why: "its controller would grant rights on any database of a shared server, which it names", Fix: useDatabase, Source: "https://github.com/movetokube/postgres-operator"},
		{Word: allowCredentials, Group: "actions.summerwind.dev", Why: "its controller would register runners with credentials of its own, and they would run the jobs of any repository", Fix: removeIt, Source: "https://github.com/actions/actions-runner-controller"},
		{Word: allowCredentials, Group: "v1.edp.epam.com", Kinds: []string{"KeycloakRealm"}, Path: "spec.keycloakRef.kind", Except: texts("Keycloak"), Why: sharedKeycloak, Source: "https://github.com/epam/edp-keycloak-operator"},
		{Word: allowCredentials, Group: "acid.zalan.do", Kinds: []string{"postgresql"}, Path: "spec.clone.timestamp", Why: readsBackup, Source: zalandoClone},
		{Word: allowCredentials, Group: "acid.zalan.do", Kinds: []string{"postgresql"}, Path: "spec.clone.s3_wal_path", Why: readsBackup, Source: zalandoClone},
		{Word: allowCredentials, Group: "acid.zalan.do", Kinds: []string{"postgresql"}, Path: "spec.standby.s3_wal_path", Why: readsBackup, Source: zalandoClone},
		{Word: allowCredentials, Group: "acid.zalan.do", Kinds: []string{"postgresql"}, Path: "spec.standby.gs_wal_path", Why: readsBackup, Source: zalandoClone},
	},
)

const (
	asksAnyAddress = "the controller would send requests to any address, and return the answers"
	kedaReads      = "it would read any secret of the cloud with KEDA's identity, and send it to the address in a trigger"
	nodeIdentity   = "it would use the identity of the node or the driver, and not of the pod"
	useDatabase    = "use overlay.database, or a database in the preview"
	sharedKeycloak = "it would change a Keycloak that all namespaces share, with its administrator"
	readsBackup    = "it would read the backups of other clusters, with the credentials of the operator"
	zalandoClone   = "https://postgres-operator.readthedocs.io/en/latest/user/#how-to-clone-an-existing-postgresql-cluster"
)

// ambient returns the rows of fields that use the credentials of their controller unless they
// name others.
func ambient(group, kind, source string, paths ...string) []Row {
	return atPaths(Row{Word: allowCredentials, Group: group, Kinds: []string{kind}, Except: ownCredentials, Why: usesController, Fix: nameCredentials, Source: source}, paths...)
}

func readsSecrets(group, source string) Row {
	return Row{Word: allowCredentials, Group: group, Why: readsAnySecret, Fix: useExternal, Source: source}
}
