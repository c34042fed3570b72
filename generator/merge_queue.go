package generator

import (
	"slices"
	"strings"
)

// isMergeQueueBranch reports whether a merge queue creates branches with such names. They
// exist for minutes, and repeat the commits of pull requests. Merge trains of GitLab use no
// branches.
func isMergeQueueBranch(name string) bool {
	prefixes := []string{
		"gh-readonly-queue/",          // docs.github.com, "Managing a merge queue"
		"mergify/merge-queue/",        // docs.mergify.com, queue_branch_prefix
		"trunk-merge/", "trunk-temp/", // docs.trunk.io, "Merge Queue"
		"mq-bot-", "mq-tmp-", // docs.aviator.co, "MQ Created Branches"
		"gtmq_", // branches of Graphite's merge queue
	}
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
