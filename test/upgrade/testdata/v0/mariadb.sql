-- What `previewset db create` leaves on MariaDB. Frozen: never written again.
-- The password of every user is the one in databases_test.go.

-- The registry.
CREATE DATABASE previewset CHARACTER SET utf8mb4;
CREATE TABLE previewset.objects (name VARCHAR(64) PRIMARY KEY, user VARCHAR(32) NOT NULL, mark VARCHAR(1024) NOT NULL) ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A living preview.
INSERT INTO previewset.objects (name, user, mark) VALUES ('maria_pr_1', 'maria_pr_1', 'previewset {"set":"maria","id":"pr-1","source":"github.acme.test/acme/data"}');
CREATE USER 'maria_pr_1'@'%' IDENTIFIED BY PASSWORD '*82D70C4F03465543D4DBF9B8184A7A7ED53EAA9F' WITH MAX_USER_CONNECTIONS 20 MAX_STATEMENT_TIME 60 ACCOUNT UNLOCK;
CREATE DATABASE `maria_pr_1` CHARACTER SET utf8mb4;
GRANT ALL PRIVILEGES ON `maria\_pr\_1`.* TO 'maria_pr_1'@'%';
CREATE TABLE `maria_pr_1`.notes AS SELECT 'of maria_pr_1' AS text;

-- A preview whose entry a commit of the pruner removed.
INSERT INTO previewset.objects (name, user, mark) VALUES ('maria_pr_2', 'maria_pr_2', 'previewset {"set":"maria","id":"pr-2","source":"github.acme.test/acme/data"}');
CREATE USER 'maria_pr_2'@'%' IDENTIFIED BY PASSWORD '*82D70C4F03465543D4DBF9B8184A7A7ED53EAA9F' WITH MAX_USER_CONNECTIONS 20 MAX_STATEMENT_TIME 60 ACCOUNT UNLOCK;
CREATE DATABASE `maria_pr_2` CHARACTER SET utf8mb4;
GRANT ALL PRIVILEGES ON `maria\_pr\_2`.* TO 'maria_pr_2'@'%';
CREATE TABLE `maria_pr_2`.notes AS SELECT 'of maria_pr_2' AS text;

-- A preview without an entry, which a sweep noted long ago.
INSERT INTO previewset.objects (name, user, mark) VALUES ('maria_pr_3', 'maria_pr_3', 'previewset {"set":"maria","id":"pr-3","source":"github.acme.test/acme/data","orphanedAt":"2026-01-07T00:00:00Z"}');
CREATE USER 'maria_pr_3'@'%' IDENTIFIED BY PASSWORD '*82D70C4F03465543D4DBF9B8184A7A7ED53EAA9F' WITH MAX_USER_CONNECTIONS 20 MAX_STATEMENT_TIME 60 ACCOUNT UNLOCK;
CREATE DATABASE `maria_pr_3` CHARACTER SET utf8mb4;
GRANT ALL PRIVILEGES ON `maria\_pr\_3`.* TO 'maria_pr_3'@'%';
CREATE TABLE `maria_pr_3`.notes AS SELECT 'of maria_pr_3' AS text;
