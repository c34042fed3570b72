package fields

// imageRows has the images that are in no container of this package's table and in no list
// that Kustomize knows.
var imageRows = []Row{
	// k8s.io/api: image volumes. Kustomize sets them in all kinds
	// (api/internal/konfig/builtinpluginconsts/images.go).
	{Group: AnyGroup, Path: "spec.volumes[].image.reference", Is: Image},
	{Group: AnyGroup, Path: "spec.template.spec.volumes[].image.reference", Is: Image},
	{Group: AnyGroup, Path: "spec.jobTemplate.spec.template.spec.volumes[].image.reference", Is: Image},
	// github.com/openshift/api: the pod that runs a custom strategy.
	{Group: "apps.openshift.io", Kinds: []string{"DeploymentConfig"}, Path: "spec.strategy.customParams.image", Is: Image},
	// github.com/prometheus-operator/prometheus-operator.
	{Group: "monitoring.coreos.com", Kinds: []string{"Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"}, Path: "spec.image", Is: Image},
	{Group: "monitoring.coreos.com", Kinds: []string{"Prometheus"}, Path: "spec.thanos.image", Is: Image},
	// github.com/open-telemetry/opentelemetry-operator.
	{Group: "opentelemetry.io", Kinds: []string{"OpenTelemetryCollector", "TargetAllocator", "OpAMPBridge"}, Path: "spec.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"OpenTelemetryCollector"}, Path: "spec.targetAllocator.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"Instrumentation"}, Path: "spec.java.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"Instrumentation"}, Path: "spec.nodejs.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"Instrumentation"}, Path: "spec.python.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"Instrumentation"}, Path: "spec.dotnet.image", Is: Image},
	{Group: "opentelemetry.io", Kinds: []string{"Instrumentation"}, Path: "spec.go.image", Is: Image},
	// github.com/cloudnative-pg/cloudnative-pg.
	{Group: "postgresql.cnpg.io", Kinds: []string{"Cluster"}, Path: "spec.imageName", Is: Image},
	{Group: "postgresql.cnpg.io", Kinds: []string{"ImageCatalog", "ClusterImageCatalog"}, Path: "spec.images[].image", Is: Image},
	// github.com/zalando/postgres-operator.
	{Group: "acid.zalan.do", Kinds: []string{"postgresql"}, Path: "spec.dockerImage", Is: Image},
	// github.com/CrunchyData/postgres-operator.
	{Group: "postgres-operator.crunchydata.com", Kinds: []string{"PostgresCluster"}, Path: "spec.image", Is: Image},
	{Group: "postgres-operator.crunchydata.com", Kinds: []string{"PostgresCluster"}, Path: "spec.backups.pgbackrest.image", Is: Image},
	{Group: "postgres-operator.crunchydata.com", Kinds: []string{"PostgresCluster"}, Path: "spec.proxy.pgBouncer.image", Is: Image},
	// github.com/keycloak/keycloak, operator.
	{Group: "k8s.keycloak.org", Kinds: []string{"Keycloak"}, Path: "spec.image", Is: Image},
	// github.com/elastic/cloud-on-k8s.
	{Group: "elasticsearch.k8s.elastic.co", Kinds: []string{"Elasticsearch"}, Path: "spec.image", Is: Image},
	{Group: "kibana.k8s.elastic.co", Kinds: []string{"Kibana"}, Path: "spec.image", Is: Image},
	{Group: "apm.k8s.elastic.co", Kinds: []string{"ApmServer"}, Path: "spec.image", Is: Image},
	{Group: "enterprisesearch.k8s.elastic.co", Kinds: []string{"EnterpriseSearch"}, Path: "spec.image", Is: Image},
	{Group: "logstash.k8s.elastic.co", Kinds: []string{"Logstash"}, Path: "spec.image", Is: Image},
	{Group: "beat.k8s.elastic.co", Kinds: []string{"Beat"}, Path: "spec.image", Is: Image},
	{Group: "agent.k8s.elastic.co", Kinds: []string{"Agent"}, Path: "spec.image", Is: Image},
	// github.com/strimzi/strimzi-kafka-operator.
	{Group: "kafka.strimzi.io", Kinds: []string{"Kafka"}, Path: "spec.kafka.image", Is: Image},
	{Group: "kafka.strimzi.io", Kinds: []string{"KafkaConnect", "KafkaBridge", "KafkaMirrorMaker2"}, Path: "spec.image", Is: Image},
	// github.com/rabbitmq/cluster-operator.
	{Group: "rabbitmq.com", Kinds: []string{"RabbitmqCluster"}, Path: "spec.image", Is: Image},
	// github.com/mariadb-operator/mariadb-operator.
	{Group: "k8s.mariadb.com", Kinds: []string{"MariaDB", "MaxScale"}, Path: "spec.image", Is: Image},
	{Group: "mariadb.mmontes.io", Kinds: []string{"MariaDB"}, Path: "spec.image", Is: Image},
	// github.com/OT-CONTAINER-KIT/redis-operator.
	{Group: "redis.redis.opstreelabs.in", Kinds: []string{"Redis", "RedisCluster", "RedisReplication", "RedisSentinel"}, Path: "spec.kubernetesConfig.image", Is: Image},
	// github.com/minio/operator.
	{Group: "minio.min.io", Kinds: []string{"Tenant"}, Path: "spec.image", Is: Image},
	// github.com/percona: operators for MySQL, MongoDB and PostgreSQL.
	{Group: "pxc.percona.com", Kinds: []string{"PerconaXtraDBCluster"}, Path: "spec.pxc.image", Is: Image},
	{Group: "psmdb.percona.com", Kinds: []string{"PerconaServerMongoDB"}, Path: "spec.image", Is: Image},
	{Group: "pgv2.percona.com", Kinds: []string{"PerconaPGCluster"}, Path: "spec.image", Is: Image},
	// github.com/grafana/k6-operator.
	{Group: "k6.io", Kinds: []string{"TestRun", "K6"}, Path: "spec.runner.image", Is: Image},
	{Group: "k6.io", Kinds: []string{"TestRun", "K6"}, Path: "spec.starter.image", Is: Image},
	// github.com/kubeflow/spark-operator, github.com/apache/flink-kubernetes-operator.
	{Group: "sparkoperator.k8s.io", Kinds: []string{"SparkApplication"}, Path: "spec.image", Is: Image},
	{Group: "sparkoperator.k8s.io", Kinds: []string{"ScheduledSparkApplication"}, Path: "spec.template.image", Is: Image},
	{Group: "flink.apache.org", Kinds: []string{"FlinkDeployment"}, Path: "spec.image", Is: Image},
	// github.com/openkruise/kruise.
	{Group: "apps.kruise.io", Kinds: []string{"ImagePullJob"}, Path: "spec.image", Is: Image},
	{Group: "apps.kruise.io", Kinds: []string{"ImageListPullJob"}, Path: "spec.images[]", Is: Image},
}
