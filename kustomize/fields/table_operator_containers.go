package fields

import "slices"

// operatorContainerRows has the containers that users add to the pods of operators:
// github.com/prometheus-operator/prometheus-operator, github.com/elastic/cloud-on-k8s,
// github.com/open-telemetry/opentelemetry-operator, github.com/keycloak/keycloak,
// github.com/rabbitmq/cluster-operator, github.com/zalando/postgres-operator,
// github.com/cloudnative-pg/cloudnative-pg, github.com/minio/operator,
// github.com/grafana/grafana-operator, github.com/kubeflow/spark-operator,
// github.com/apache/flink-kubernetes-operator, github.com/shipwright-io/build. They do not
// have the servers of the operators themselves, which have a database of their own.
var operatorContainerRows = slices.Concat(
	podRows("monitoring.coreos.com", "spec", "Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"),
	podRows("elasticsearch.k8s.elastic.co", "spec.nodeSets[].podTemplate.spec", "Elasticsearch"),
	podRows("kibana.k8s.elastic.co", "spec.podTemplate.spec", "Kibana"),
	podRows("apm.k8s.elastic.co", "spec.podTemplate.spec", "ApmServer"),
	podRows("enterprisesearch.k8s.elastic.co", "spec.podTemplate.spec", "EnterpriseSearch"),
	podRows("logstash.k8s.elastic.co", "spec.podTemplate.spec", "Logstash"),
	podRows("beat.k8s.elastic.co", "spec.deployment.podTemplate.spec", "Beat"),
	podRows("beat.k8s.elastic.co", "spec.daemonSet.podTemplate.spec", "Beat"),
	podRows("agent.k8s.elastic.co", "spec.deployment.podTemplate.spec", "Agent"),
	podRows("agent.k8s.elastic.co", "spec.daemonSet.podTemplate.spec", "Agent"),
	podRows("agent.k8s.elastic.co", "spec.statefulSet.podTemplate.spec", "Agent"),
	containersAt("opentelemetry.io", []string{"OpenTelemetryCollector"}, "spec", "initContainers[]", "additionalContainers[]"),
	podRows("k8s.keycloak.org", "spec.unsupported.podTemplate.spec", "Keycloak"),
	podRows("rabbitmq.com", "spec.override.statefulSet.spec.template.spec", "RabbitmqCluster"),
	podRows("postgresql.cnpg.io", podTemplate, "Pooler"),
	containersAt("minio.min.io", []string{"Tenant"}, "spec", "sideCars.containers[]", "sideCars.initContainers[]"),
	containersAt("acid.zalan.do", []string{"postgresql"}, "spec", "initContainers[]", "sidecars[]"),
	podRows("grafana.integreatly.org", "spec.deployment.spec.template.spec", "Grafana"),
	sparkRows("spec", "SparkApplication"),
	sparkRows("spec.template", "ScheduledSparkApplication"),
	podRows("flink.apache.org", "spec.podTemplate.spec", "FlinkDeployment"),
	podRows("flink.apache.org", "spec.jobManager.podTemplate.spec", "FlinkDeployment"),
	podRows("flink.apache.org", "spec.taskManager.podTemplate.spec", "FlinkDeployment"),
	containersAt("shipwright.io", []string{"BuildStrategy"}, "spec", "steps[]", "buildSteps[]"),
)

// sparkRows returns the rows of the driver and the executors of Spark.
func sparkRows(path string, kinds ...string) []Row {
	var rows []Row
	for _, role := range []string{"driver", "executor"} {
		rows = append(rows, containersAt("sparkoperator.k8s.io", kinds, path, role)...)
		rows = append(rows, containersAt("sparkoperator.k8s.io", kinds, path+"."+role, "initContainers[]", "sidecars[]")...)
		rows = append(rows, podRows("sparkoperator.k8s.io", path+"."+role+".template.spec", kinds...)...)
	}
	return rows
}
