package policy

import "slices"

// What references to objects of other namespaces do.
const (
	usesOther    = "it would use an object of another namespace, with rights of the operator"
	copiesOther  = "it would copy data of another namespace"
	writesOther  = "it would write into another namespace"
	ownObject    = "refer to an object of the preview"
	eckReference = "https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/restrict-cross-namespace-resource-associations"
)

// referenceRows has fields of operators that refer to other namespaces, if the operator asks the
// other namespace for no consent.
var referenceRows = slices.Concat(
	// Databases, queues and searches.
	references("*.k8s.elastic.co", usesOther, eckReference, "*Ref", "*Refs"),
	references("k8s.mariadb.com", usesOther, "https://github.com/mariadb-operator/mariadb-operator api/v1alpha1", "*Ref"),
	references("mysql.presslabs.org", usesOther, "https://github.com/bitpoke/mysql-operator api/v1alpha1", "clusterRef"),
	references("pingcap.com", usesOther, "https://docs.pingcap.com/tidb-in-kubernetes/stable/deploy-heterogeneous-tidb-cluster/", "cluster", "clusters", "configMapRef", "ruleConfigRef"),
	references("platform.confluent.io", usesOther, "https://docs.confluent.io/operator/current/co-api.html", "*Ref", "discovery", "kafka", "kRaftController", "zookeeper"),
	references("clickhouse.altinity.com", usesOther, "https://github.com/Altinity/clickhouse-operator", "useTemplates"),
	references("druid.apache.org", usesOther, "https://github.com/datainfrahq/druid-operator", "secretRef", "extraCommonConfig"),
	namespaces("pingcap.com", copiesOther, "https://docs.pingcap.com/tidb-in-kubernetes/stable/backup-restore-cr/", "clusterNamespace"),
	namespaces("postgres-operator.crunchydata.com", copiesOther, "https://access.crunchydata.com/documentation/postgres-operator/latest/references/crd/5.8.x/postgrescluster", "clusterNamespace"),
	namespaces("pg.percona.com", copiesOther, "https://docs.percona.com/percona-operator-for-postgresql/latest/operator.html", "clusterNamespace"),
	namespaces("acid.zalan.do", writesOther, "https://postgres-operator.readthedocs.io/en/latest/user/", "secretNamespace"),
	namespaces("kafka.strimzi.io", writesOther, "https://strimzi.io/docs/operators/latest/configuring#type-EntityTopicOperatorSpec-reference", "watchedNamespace"),

	// Volumes and backups.
	references("cdi.kubevirt.io", copiesOther, "https://github.com/kubevirt/containerized-data-importer doc/clone-datavolume.md", "pvc", "snapshot"),
	references("kubevirt.io", copiesOther, "https://kubevirt.io/user-guide/storage/disks_and_volumes/", "pvc", "snapshot"),
	namespaces("awx.ansible.com", copiesOther, "https://ansible.readthedocs.io/projects/awx-operator/", "backup_pvc_namespace"),
	namespaces("repo-manager.pulpproject.org", copiesOther, "https://pulpproject.org/pulp-operator/", "backup_pvc_namespace"),

	// Secrets and access.
	references("secrets.infisical.com", usesOther, infisical, "*Ref"),
	namespaces("secrets.infisical.com", usesOther, infisical, "secretNamespace", "configMapNamespace"),
	references("binding.operators.coreos.com", usesOther, "https://github.com/redhat-developer/service-binding-operator", "services"),
	references("awspca.cert-manager.io", usesOther, "https://github.com/cert-manager/aws-privateca-issuer", "secretRef"),
	references("k0smotron.io", usesOther, "https://docs.k0smotron.io/stable/resource-reference/", "clusterRef", "kubeconfigRef"),

	// Applications and tests.
	references("temporal.io", usesOther, "https://github.com/alexandrevilain/temporal-operator api/v1beta1", "*Ref"),
	references("gravitee.io", usesOther, "https://documentation.gravitee.io/gravitee-kubernetes-operator-gko/", "*Ref", "*Refs"),
	references("grafana.integreatly.org", usesOther, "https://grafana.github.io/grafana-operator/docs/api/", "certSecretRef"),
	references("testworkflows.testkube.io", writesOther, "https://docs.testkube.io/articles/crds/testworkflows.testkube.io-v1", "job"),
	namespaces("testworkflows.testkube.io", writesOther, "https://docs.testkube.io/articles/crds/testworkflows.testkube.io-v1", "executionNamespace"),
	namespaces("tests.testkube.io", writesOther, "https://docs.testkube.io/articles/crds/tests.testkube.io-v3", "executionNamespace"),
)

const infisical = "https://infisical.com/docs/integrations/platforms/kubernetes/overview"

// references returns the rows of fields with references, which have a field namespace.
func references(group, why, source string, names ...string) []Row {
	return foreign(Row{Group: group, Except: ownReference, Why: why, Source: source}, names)
}

// namespaces returns the rows of fields with the names of namespaces.
func namespaces(group, why, source string, names ...string) []Row {
	return foreign(Row{Group: group, Except: ownNamespace, Why: why, Source: source}, names)
}

func foreign(row Row, names []string) []Row {
	row.Word, row.Fix = allowOtherNamespace, ownObject
	return atFields(row, names...)
}
