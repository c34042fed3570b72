package kinds

// databaseGroups has the kinds of operators for databases and message brokers.
var databaseGroups = []group{
	{name: "access.strimzi.io", namespaced: "KafkaAccess", source: "github.com/strimzi/strimzi-kafka-operator@8541da1e336b"},
	{name: "acid.zalan.do", namespaced: "PostgresTeam", source: "documentation of the Postgres operator of Zalando"},
	{
		name: "aiven.io",
		namespaced: `
			Cassandra Clickhouse ClickhouseDatabase ClickhouseGrant ClickhouseRole ClickhouseUser
			ConnectionPool Database Grafana Kafka KafkaACL KafkaConnect KafkaConnector KafkaSchema
			KafkaSchemaRegistryACL KafkaTopic MySQL OpenSearch PostgreSQL Project ProjectVPC Redis
			ServiceIntegration ServiceIntegrationEndpoint ServiceUser Valkey`,
		source: "documentation of the Aiven operator",
	},
	{name: "analytics.arangodb.com", namespaced: "GraphAnalyticsEngine", source: bitnamiCharts},
	{name: "apps.arangodb.com", namespaced: "ArangoJob", source: bitnamiCharts},
	{
		name:       "apps.emqx.io",
		namespaced: "EMQX EmqxBroker EmqxEnterprise EmqxPlugin Rebalance",
		source:     "documentation of the EMQX operator",
	},
	{name: "apps.foundationdb.org", namespaced: "FoundationDBBackup FoundationDBCluster FoundationDBRestore", source: cozystack},
	{name: "backup.arangodb.com", namespaced: "ArangoBackup ArangoBackupPolicy", source: bitnamiCharts},
	{name: "barmancloud.cnpg.io", namespaced: "ObjectStore", source: bitnamiCharts},
	{name: "catalog.kubedb.com", cluster: "*", source: "documentation of KubeDB"},
	{name: "clickhouse.com", namespaced: "ClickHouseCluster KeeperCluster", source: "documentation of the ClickHouse operator"},
	{name: "cluster.redpanda.com", namespaced: "Redpanda Schema Topic User", source: "documentation of the Redpanda operator"},
	{name: "config.k8ssandra.io", namespaced: "ClientConfig", source: "documentation of K8ssandra"},
	{name: "core.strimzi.io", namespaced: "StrimziPodSet", source: "github.com/strimzi/strimzi-kafka-operator@8541da1e336b"},
	{
		name:       "database.arangodb.com",
		namespaced: "ArangoClusterSynchronization ArangoDeployment ArangoMember ArangoTask",
		source:     bitnamiCharts,
	},
	{name: "databases.schemahero.io", namespaced: "Database", source: "github.com/schemahero/schemahero@2fc660453d93"},
	{name: "databases.spotahome.com", namespaced: "RedisFailover", source: cozystack},
	{name: "db.atlasgo.io", namespaced: "AtlasMigration AtlasSchema", source: "github.com/ariga/atlas-operator@c12040796093"},
	{
		name:       "dbaas.percona.com",
		namespaced: "DatabaseCluster DatabaseClusterRestore DatabaseEngine",
		source:     "documentation of the DBaaS operator of Percona",
	},
	{name: "dragonflydb.io", namespaced: "Dragonfly", source: "github.com/dragonflydb/dragonfly-operator@b28637d78d82"},
	{name: "druid.apache.org", namespaced: "DruidIngestion", source: "documentation of the Druid operator"},
	{name: "hivemq.com", namespaced: "HiveMQCluster HiveMQPlatform", source: "documentation of the HiveMQ operators"},
	{name: "hyperspike.io", namespaced: "Valkey", source: "documentation of the Valkey operator"},
	{
		name:       "jetstream.nats.io",
		namespaced: "Account Consumer KeyValue ObjectStore Stream StreamTemplate",
		source:     "github.com/nats-io/nack@f6dad096d5d4",
	},
	{
		name: "k8s.mariadb.com",
		namespaced: `
			Backup Connection Database ExternalMariaDB Grant MariaDB MaxScale PhysicalBackup Restore
			SqlJob User`,
		source: cozystack,
	},
	{name: "k8ssandra.io", namespaced: "K8ssandraCluster", source: "documentation of K8ssandra"},
	{
		name: "kafka.strimzi.io",
		namespaced: `
			Kafka KafkaBridge KafkaConnect KafkaConnector KafkaMirrorMaker2 KafkaNodePool
			KafkaRebalance KafkaTopic KafkaUser`,
		source: "github.com/strimzi/strimzi-kafka-operator@8541da1e336b",
	},
	{name: "kinda.rocks", cluster: "DbInstance", namespaced: "Database DbUser", source: "documentation of DB Operator"},
	{
		name: "kubedb.com",
		namespaced: `
			Cassandra ClickHouse Druid Elasticsearch Etcd FerretDB Hazelcast Ignite Kafka MSSQLServer
			MariaDB Memcached MongoDB MySQL PerconaXtraDB PgBouncer Pgpool Postgres ProxySQL RabbitMQ
			Redis RedisSentinel Singlestore Solr ZooKeeper`,
		source: "documentation of KubeDB",
	},
	{
		name: "medusa.k8ssandra.io",
		namespaced: `
			MedusaBackup MedusaBackupJob MedusaBackupSchedule MedusaConfiguration MedusaRestoreJob
			MedusaTask`,
		source: "documentation of K8ssandra",
	},
	{name: "milvus.io", namespaced: "Milvus MilvusCluster MilvusUpgrade", source: "documentation of the Milvus operator"},
	{
		name:       "ml.arangodb.com",
		namespaced: "ArangoMLBatchJob ArangoMLCronJob ArangoMLExtension ArangoMLStorage",
		source:     bitnamiCharts,
	},
	{name: "mysql.oracle.com", namespaced: "InnoDBCluster MySQLBackup", source: "documentation of the MySQL operator of Oracle"},
	{
		name:       "mysql.presslabs.org",
		namespaced: "MysqlBackup MysqlCluster MysqlDatabase MysqlUser",
		source:     "documentation of the MySQL operator of Bitpoke",
	},
	{name: "networking.arangodb.com", namespaced: "ArangoRoute", source: bitnamiCharts},
	{
		name: "database.oracle.com",
		namespaced: `
			AutonomousContainerDatabase AutonomousDatabase AutonomousDatabaseBackup
			AutonomousDatabaseRestore DataguardBroker DbcsSystem LREST LRPDB OracleRestDataService
			OracleRestart OracleRestartNew OracleRestartService OrdsSrvs RacDatabase ShardingDatabase
			SingleInstanceDatabase`,
		source: "github.com/oracle/oracle-database-operator@e24228685e5f",
	},
	{name: "kubegres.reactive-tech.io", namespaced: "Kubegres", source: "github.com/reactive-tech/kubegres@4d08d616066b"},
	{name: "observability.oracle.com", namespaced: "DatabaseObserver", source: "github.com/oracle/oracle-database-operator@e24228685e5f"},
	{
		name: "opensearch.opster.io",
		namespaced: `
			OpenSearchCluster OpenSearchISMPolicy OpensearchActionGroup OpensearchComponentTemplate
			OpensearchIndexTemplate OpensearchRole OpensearchSnapshotPolicy OpensearchTenant
			OpensearchUser OpensearchUserRoleBinding`,
		source: "github.com/opensearch-project/opensearch-k8s-operator@ef6502ab2712",
	},
	{
		name: "opensearch.org",
		namespaced: `
			OpenSearchCluster OpenSearchISMPolicy OpensearchActionGroup OpensearchComponentTemplate
			OpensearchIndexTemplate OpensearchRole OpensearchSnapshotPolicy OpensearchTenant
			OpensearchUser OpensearchUserRoleBinding`,
		source: "github.com/opensearch-project/opensearch-k8s-operator@ef6502ab2712",
	},
	{
		name:       "pg.percona.com",
		namespaced: "PerconaPGBackup PerconaPGRestore",
		source:     "documentation of the PostgreSQL operator of Percona",
	},
	{name: "pingcap.com", namespaced: "TidbDashboard", source: "documentation of TiDB Operator"},
	{
		name: "planetscale.com",
		namespaced: `
			EtcdLockserver VitessBackup VitessBackupSchedule VitessBackupStorage VitessCell
			VitessCluster VitessKeyspace VitessShard`,
		source: "documentation of the Vitess operator",
	},
	{name: "platform.arangodb.com", namespaced: "ArangoPlatformChart ArangoPlatformStorage", source: bitnamiCharts},
	{
		name:    "postgresql.cnpg.io",
		cluster: "ClusterImageCatalog",
		namespaced: `
			Backup Cluster Database FailoverQuorum ImageCatalog Pooler Publication ScheduledBackup
			Subscription`,
		source: "github.com/cloudnative-pg/cloudnative-pg@v1.28.0",
	},
	{
		name: "rabbitmq.com",
		namespaced: `
			Binding Exchange Federation OperatorPolicy Permission Policy Queue RabbitmqCluster
			SchemaReplication Shovel SuperStream TopicPermission User Vhost`,
		source: bitnamiCharts,
	},
	{name: "reaper.k8ssandra.io", namespaced: "Reaper", source: "documentation of K8ssandra"},
	{name: "replication.database.arangodb.com", namespaced: "ArangoDeploymentReplication", source: bitnamiCharts},
	{name: "replication.k8ssandra.io", namespaced: "ReplicatedSecret", source: "documentation of K8ssandra"},
	{
		name:       "restate.dev",
		cluster:    "RestateCluster",
		namespaced: "RestateDeployment",
		source:     "documentation of the Restate operator",
	},
	{
		name: "scheduler.arangodb.com",
		namespaced: `
			ArangoProfile ArangoSchedulerBatchJob ArangoSchedulerCronJob ArangoSchedulerDeployment
			ArangoSchedulerPod`,
		source: bitnamiCharts,
	},
	{
		name:       "schemas.schemahero.io",
		namespaced: "DataType DatabaseExtension Function Migration Table View",
		source:     "github.com/schemahero/schemahero@2fc660453d93",
	},
	{
		name: "seaweed.seaweedfs.com",
		namespaced: `
			AdminScript Bucket BucketLifecyclePolicy ResourceReferenceGrant S3Credentials S3Identity
			S3OIDCProvider S3Policy S3PolicyBinding Seaweed SeaweedBackup SeaweedCSIDriver
			SeaweedRestore`,
		source: "github.com/seaweedfs/seaweedfs-operator@344255821209",
	},
	{
		name:       "solr.apache.org",
		namespaced: "SolrBackup SolrCloud SolrPrometheusExporter",
		source:     "github.com/apache/solr-operator@ed5c5c7d28a4",
	},
	{name: "stargate.k8ssandra.io", namespaced: "Stargate", source: "documentation of K8ssandra"},
	{name: "storage.arangodb.com", cluster: "ArangoLocalStorage", source: bitnamiCharts},
	{
		name:       "temporal.io",
		namespaced: "TemporalConnection TemporalWorkerDeployment",
		source:     "documentation of the Temporal worker controller",
	},
	{
		name:       "temporal.io",
		namespaced: "TemporalCluster TemporalClusterClient TemporalNamespace TemporalSchedule",
		source:     "github.com/alexandrevilain/temporal-operator@0b07bcd4d922",
	},
	{name: "valkey.io", namespaced: "ValkeyCluster ValkeyNode", source: "documentation of the Valkey operator"},
	{name: "zookeeper.pravega.io", namespaced: "ZookeeperCluster", source: "github.com/apache/solr-operator@ed5c5c7d28a4"},
}
