package simulation_test

import (
	"bytes"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mutant is previewset with the mechanism that keeps one promise broken.
type mutant struct {
	point   string // of the marker //promise:POINT
	breakIt operation
	// seed is of a walk that finds the mutant in few steps.
	seed uint64
	// violation is a part of the violation that the walk reports; "" for any.
	violation string
}

func mutants() []mutant {
	return []mutant{
		{"removals-need-evidence", conditionTrue, 2, "open and wanted"},
		{"failed-lookups-are-no-evidence", deleteStatement, 5, " removed "},
		{"failed-lists-stop-the-sync", conditionFalse, 2, "open and wanted"},
		{"newer-entries-stay", deleteMember, 3, "open and wanted"},
		{"guard-limits-removals", conditionTrue, 3, "more than the guard"},
		{"guard-checks-all-removals", moveToFront, 2, "more than the guard"},
		{"held-previews-stay-held", conditionFalse, 2, "although the guard holds it"},
		{"held-previews-are-recorded", deleteMember, 3, "does not record that"},
		{"forks-stay-at-the-admitted-commit", deleteStatement, 4, "which nobody admitted"},
		{"directories-without-a-record-stay", takePreviousBody, 5, "which has no record"},
		{"unknown-entries-stay", leftTrue, 3, ""},
		{"only-pruners-delete", conditionTrue, 3, "without permission to prune"},
		{"pushes-never-force", insertBefore(forcePush), 2, "is not on the branch"},
		{"rejected-pushes-are-errors", conditionFalse, 2, "is not on the branch"},
		{"plans-match-the-branch", conditionFalse, 5, "which has no record"},
		{"names-are-unique", deleteStatement, 2, ""},
		{"answers-expire", conditionFalse, 1, "from a list that is"},
		{"failed-overlays-keep-the-preview", conditionFalse, 6, " removed "},
		{"variants-are-separate-previews", dropLastElement, 3, ""},
		{"admissions-need-evidence", conditionFalse, 4, "which nobody admitted"},
		{"other-labels-admit-no-fork", conditionFalse, 3, "which nobody admitted"},
		{"only-routine-removals-are-exempt", leftTrue, 2, "more than the guard"},
		{"unreadable-changes-keep-their-preview", conditionFalse, 2, " removed "},
		{"other-repositories-stop-the-sync", conditionFalse, 1, "another repository"},
		{"forks-wait-at-their-commit", conditionFalse, 2, "which nobody admitted"},
		{"removals-are-reported", conditionFalse, 2, "and its entry does not show that"},
	}
}

// forcePush makes a push expect whatever commit is at the tip, and so replace it. This
// needs code: the server compares the tip with the commit that the push expects.
const forcePush = `
	if now, err := r.readRefs(ctx, s); err == nil {
		lowest := c
		for lowest.below != nil {
			lowest = lowest.below
		}
		lowest.base.tip = now.References[branchPrefix+branch]
	}`

// testedMutant is a mutant that tests of the package in the directory dir must find. The
// expression tests matches their names.
type testedMutant struct {
	mutant
	dir, tests string
}

// testedMutants break mechanisms that the walks do not reach, because a walk ends with a
// sync, or that they reach rarely.
func testedMutants() []testedMutant {
	const (
		service      = "./internal/service"
		serviceTests = "(?i)(observer|outcome|refresh)"
		pipeline     = "./internal/pipeline"
		gitrepo      = "./internal/gitrepo"
		gitops       = "./internal/gitops"
		generator    = "./generator"
		naming       = "./generator/naming"
		plugin       = "./plugin"
		feedback     = "./internal/feedback"
	)
	return []testedMutant{
		{mutant{point: "observers-cannot-crash-the-process", breakIt: deleteStatement}, service, serviceTests},
		{mutant{point: "syncs-do-not-wait-for-observers", breakIt: deleteMember}, service, serviceTests},
		{mutant{point: "observers-see-every-change", breakIt: deleteStatement}, service, serviceTests},
		{mutant{point: "failed-refreshes-are-retried", breakIt: conditionFalse}, service, serviceTests},
		{mutant{point: "announcements-are-awaited", breakIt: conditionTrue}, service, "TestAnnouncementsAreAwaited"},
		{mutant{point: "failed-syncs-are-retried", breakIt: conditionTrue}, service, "TestFailedSyncsAreRetried"},
		{mutant{point: "removed-labels-are-no-evidence", breakIt: conditionFalse}, service, "TestLabelingsReachSyncs"},
		{mutant{point: "repositories-prove-their-own-labels", breakIt: conditionTrue}, service, "TestLabelingsNeedSecret"},
		{mutant{point: "webhooks-match-by-id", breakIt: conditionFalse}, "./generator/forge", "TestEventsConcern"},
		{mutant{point: "missing-configurations-are-reported", breakIt: conditionFalse}, "./internal/config", "TestReloadReportsUnreadableFileOnce"},
		{mutant{point: "causes-are-logged-once", breakIt: conditionTrue}, service, "TestCausesAreLoggedOnce"},
		{mutant{point: "ends-are-logged-for-previews-without-a-cause", breakIt: conditionTrue}, service, "TestCausesEndForPreviewsWithoutCause"},
		{mutant{point: "refusals-are-logged-once", breakIt: conditionFalse}, "./plugin", "TestRefusalsAreLogged"},
		{mutant{point: "messages-do-not-change-by-chance", breakIt: conditionFalse}, "./cmd/previewset", "TestUnknownEndingsAreReportedOnce"},
		{mutant{point: "holds-keep-their-time", breakIt: conditionFalse}, pipeline, "TestStatesOfChange"},
		{mutant{point: "a-lost-lease-stops-its-holder", breakIt: deleteMember}, "./internal/lease", "TestHolderStops"},
		{mutant{point: "a-lease-is-taken-only-after-its-end", breakIt: conditionFalse}, "./internal/lease", "TestOneCandidateLeads|TestCrashedHolder"},
		{mutant{point: "failing-files-are-bounded", breakIt: conditionFalse}, "./internal/metrics", "TestSeriesOfFailingFiles"},
		{mutant{point: "unrecorded-holds-have-no-time", breakIt: conditionFalse}, pipeline, "TestUnrecordedHoldHasNoTime"},
		{mutant{point: "faults-are-reported", breakIt: conditionFalse}, generator, "TestStatuses"},
		{mutant{point: "newer-commits-of-forks-are-reported", breakIt: conditionFalse}, generator, "TestStatuses"},
		{mutant{point: "live-is-the-newest-head", breakIt: conditionFalse}, generator, "TestStatusesOfApplications"},
		{mutant{point: "live-is-the-revision-of-the-entry", breakIt: deleteStatement}, generator, "TestStatusesOfApplications"},
		{mutant{point: "failing-precedes-live", breakIt: conditionFalse}, generator, "TestStatusesOfApplications"},
		{mutant{point: "applications-outlive-their-entries", breakIt: conditionFalse}, generator, "TestStatusesOfApplications"},
		{mutant{point: "watchers-cannot-crash-the-process", breakIt: deleteStatement}, service, "TestWatcherStartsAgain"},
		{mutant{point: "replaced-previews-yield", breakIt: conditionFalse}, pipeline, "TestReplicasAgree"},
		{mutant{point: "replicas-agree-on-names", breakIt: conditionFalse}, pipeline, "TestReplicasAgree"},
		{mutant{point: "removals-delete-only-their-own-entry", breakIt: conditionFalse}, pipeline, "TestEndingDeletesOnly"},
		{mutant{point: "holds-survive-other-replicas", breakIt: conditionFalse}, pipeline, "TestHeldPreviewStaysHeldIf"},
		{mutant{point: "reverts-admit-no-fork", breakIt: rightFalse}, pipeline, "TestRevertedPruneAdmits"},
		{mutant{point: "previews-take-over-no-entry", breakIt: conditionFalse}, pipeline, "TestConfiguredID"},
		{mutant{point: "entries-without-an-id-need-evidence", breakIt: conditionTrue}, pipeline, "TestEntriesWithoutID"},
		{mutant{point: "renamed-repositories-keep-names", breakIt: deleteStatement}, pipeline, "TestRename"},
		{mutant{point: "renamed-repositories-keep-names-with-urls", breakIt: deleteStatement}, pipeline, "TestRenameKeepsNames"},
		{mutant{point: "renamed-repositories-keep-older-entries", breakIt: conditionFalse}, pipeline, "TestRenameMovesNoOlder"},
		{mutant{point: "replaced-repositories-keep-older-entries", breakIt: conditionFalse}, pipeline, "TestOtherRepositoryTakes"},
		{mutant{point: "upgrades-commit-nothing", breakIt: conditionFalse}, pipeline, "TestUpgradeCommits"},
		{mutant{point: "pins-are-found-for-every-variant", breakIt: rightFalse}, pipeline, "TestForkIsAtOneCommit"},
		{mutant{point: "pins-are-of-one-repository", breakIt: conditionTrue}, pipeline, "TestPinIsOf"},
		{mutant{point: "recreated-repositories-stop-the-sync", breakIt: conditionFalse}, pipeline, "TestRecreatedPullRequest"},
		{mutant{point: "recreated-pull-requests-are-no-evidence", breakIt: conditionFalse}, "./generator/forge", "TestEvidenceIsOf"},
		{mutant{point: "evidence-is-of-the-listed-repository", breakIt: conditionFalse}, "./generator/forge", "TestEvidenceIsOf"},
		{mutant{point: "refused-credentials-are-read-again", breakIt: leftTrue}, "./generator/forge", "TestRefusedSecret"},
		{mutant{point: "revoked-tokens-are-replaced", breakIt: conditionTrue}, "./generator/github", "TestRevokedAppToken"},
		{mutant{point: "refused-logins-are-read-again", breakIt: conditionTrue}, gitrepo, "TestRefusedPassword"},
		{mutant{point: "refused-ssh-keys-are-read-again", breakIt: conditionTrue}, gitrepo, "TestRefusedSSHKey"},
		{mutant{point: "redirects-stay-on-their-server", breakIt: conditionFalse}, gitrepo, "TestRedirectToOtherServer"},
		{mutant{point: "tokens-stay-with-their-server", breakIt: conditionTrue}, "./internal/logins", "TestVariablesBelongToOneServer"},
		{mutant{point: "netrc-logins-stay-with-their-host", breakIt: conditionTrue}, "./internal/logins", "TestNetrc"},
		{mutant{point: "helper-logins-stay-with-their-server", breakIt: conditionFalse}, "./internal/logins", "TestCredentialHelpers"},
		{mutant{point: "token-files-are-private", breakIt: conditionFalse}, "./cmd/previewset", "TestQuickstartRefusesSharedToken"},
		{mutant{point: "token-directories-are-private", breakIt: conditionFalse}, "./cmd/previewset", "TestQuickstartRefusesTokenInSharedDirectory"},
		{mutant{point: "credential-helpers-do-not-ask", breakIt: deleteStatement}, "./internal/logins", "TestCredentialHelpersHaveNoTerminal"},
		{mutant{point: "databases-belong-to-one-repository", breakIt: conditionFalse}, "./internal/database", "TestRepositoryOfMark"},
		{mutant{point: "only-begun-drops-ignore-entries", breakIt: conditionTrue}, "./internal/database", "TestSweepActions"},
		{mutant{point: "stuck-drops-starve-no-others", breakIt: conditionTrue}, "./internal/database", "TestEachObjectIsDropped"},
		{mutant{point: "prepared-transactions-of-others-stay", breakIt: conditionFalse}, "./internal/database/mysql", "TestForeignDatabases"},
		{mutant{point: "objects-without-a-mark-stay", breakIt: conditionFalse}, "./test/databases", "TestPostgresDropLeavesOthers"},
		{mutant{point: "other-strategies-keep-data", breakIt: conditionTrue}, "./internal/database/postgres", "TestCreateRefusesAnotherStrategy"},
		{mutant{point: "prunes-end-databases-of-one-repository", breakIt: rightFalse}, "./internal/gitops", "TestEndedIsEvidence"},
		{mutant{point: "renamed-repositories-keep-databases", breakIt: deleteStatement}, "./kustomize", "TestConfigMapKeeps"},
		{mutant{point: "no-two-rules-share-a-host", breakIt: conditionFalse}, "./kustomize", "TestNoTwoRulesShareAHost"},
		{mutant{point: "containers-have-their-database", breakIt: conditionFalse}, "./kustomize", "TestContainersWithoutVariables"},
		{mutant{point: "image-entries-match", breakIt: conditionFalse}, "./kustomize", "TestImagesThatMatchNothing"},
		{mutant{point: "patches-change-one-object", breakIt: deleteStatement}, "./kustomize", "TestEachPatchHasOneObject"},
		{mutant{point: "objects-of-the-base-are-listed", breakIt: conditionFalse}, "./kustomize", "TestBasesOfStrangers"},
		{mutant{point: "bases-change-no-components", breakIt: conditionFalse}, "./kustomize", "TestBasesOfStrangers"},
		{mutant{point: "overlays-change-nothing-else", breakIt: conditionFalse}, "./kustomize", "TestOverlayChangesNothingElse"},
		{mutant{point: "replayed-labels-admit-no-fork", breakIt: conditionTrue}, pipeline, "TestForkIsAdmittedOnlyOn"},
		{mutant{point: "labels-that-are-set-again-admit-again", breakIt: conditionFalse}, pipeline, "TestForkMovesIfItsLabelIsSetAgain"},
		{mutant{point: "failed-timelines-let-forks-wait", breakIt: rightFalse}, pipeline, "TestListIsNoEvidence"},
		{mutant{point: "timelines-are-complete", breakIt: conditionFalse}, "./generator/forge", "TestLabelHead"},
		{mutant{point: "timelines-order-pushes-and-labels", breakIt: rightFalse}, "./generator/forge", "TestLabelHead"},
		{mutant{point: "routine-removals-add-up", breakIt: deleteStatement}, pipeline, "TestRoutineRemovalsCount"},
		{mutant{point: "previews-do-not-cause-commits", breakIt: conditionFalse}, generator, "TestGitOpsBranch"},
		{mutant{point: "gitops-branches-are-recognized-by-their-tip", breakIt: conditionFalse}, pipeline, "TestGitOpsBranchIsRecognized"},
		{mutant{point: "merge-queues-need-a-name", breakIt: conditionFalse}, generator, "TestBranchesOfMergeQueues"},
		{mutant{point: "previews-are-at-their-own-entry", breakIt: conditionFalse}, pipeline, "TestPreviewIsNotPlaced"},
		{mutant{point: "unknown-facts-replace-none", breakIt: deleteStatement}, pipeline, "TestUnknownFacts"},
		{mutant{point: "unknown-dates-cost-no-preview", breakIt: deleteStatement}, pipeline, "TestUnknownDates"},
		{mutant{point: "damaged-entries-end-with-their-own-change", breakIt: conditionTrue}, pipeline, "TestDamagedEntry"},
		{mutant{point: "damaged-entries-are-owned", breakIt: conditionFalse}, gitops, "TestDamagedEntry"},
		{mutant{point: "records-can-be-read-back", breakIt: conditionFalse}, gitops, "TestUnreadableRecord"},
		{mutant{point: "unreadable-changes-are-not-missing", breakIt: deleteStatement}, pipeline, "TestUnreadable"},
		{mutant{point: "limits-count-unreadable-changes", breakIt: deleteStatement}, pipeline, "TestLimitCountsUnreadable"},
		{mutant{point: "first-answers-have-entries-without-a-record", breakIt: conditionFalse}, pipeline, "TestEntryThatLostItsRecord"},
		{mutant{point: "pruned-entries-are-not-in-use", breakIt: conditionFalse}, pipeline, "TestPrunedEntryIsNotLost"},
		{mutant{point: "guard-counts-damaged-entries", breakIt: conditionFalse}, pipeline, "TestGuardCountsLostEntries"},
		{mutant{point: "only-rules-exclude-damaged-entries", breakIt: conditionFalse}, pipeline, "TestLostEntryIsKept"},
		{mutant{point: "submodules-stop-no-sync", breakIt: conditionTrue}, pipeline, "TestSubmoduleIsNoRecord"},
		{mutant{point: "first-answers-leave-no-preview-out", breakIt: conditionFalse}, pipeline, "TestFirstList"},
		{mutant{point: "derived-hosts-are-unique", breakIt: conditionTrue}, naming, "Host"},
		{mutant{point: "further-hosts-are-unique", breakIt: conditionFalse}, naming, "TestHostsAcrossSets"},
		{mutant{point: "entries-share-no-host", breakIt: conditionFalse}, gitops, "TestEntriesShareNoHost"},
		{mutant{point: "parameters-of-the-set-stay", breakIt: conditionTrue}, "./kustomize", "TestParametersPrecedeHostKeys"},
		{mutant{point: "further-hosts-are-claimed", breakIt: conditionFalse}, pipeline, "TestFurtherHostsAreClaimed"},
		{mutant{point: "answers-have-the-committed-hosts", breakIt: conditionFalse}, pipeline, "TestHostsAreThoseOfTheCommit"},
		{mutant{point: "failed-names-affect-one-preview", breakIt: conditionTrue}, pipeline, "TestFailedNames"},
		{mutant{point: "tokens-are-sent-to-their-forge", breakIt: conditionFalse}, "./cmd/previewset", "TestCheckSendsTokens"},
		{mutant{point: "branches-that-never-existed-are-unknown", breakIt: conditionFalse}, "./cmd/previewset", "TestExplainEndedChanges"},
		{mutant{point: "only-entries-are-removed", breakIt: conditionTrue}, "./cmd/previewset", "TestExplainDirectoriesThatAreNoEntries"},
		{mutant{point: "tokens-stay-at-their-host", breakIt: conditionFalse}, "./cmd/previewset", "TestTokenStays"},
		{mutant{point: "lists-have-the-default-branch", breakIt: conditionFalse}, "./generator/forge", "TestUnreadableDefaultBranch"},
		{mutant{point: "lost-output-is-reported", breakIt: conditionFalse}, "./cmd/previewset", "TestLostOutputIsReported"},
		{mutant{point: "odd-files-in-entries-stop-no-sync", breakIt: conditionTrue}, gitops, "TestObjectionsAreRecordedInEntriesThatStay"},
		{mutant{point: "plans-report-unwritable-overlays", breakIt: conditionFalse}, "./cmd/previewset", "TestPlanReportsFailures"},
		{mutant{point: "read-tokens-open-only-the-state", breakIt: conditionFalse}, plugin, "TestEachRouteRequiresToken"},
		{mutant{point: "read-tokens-differ-from-the-token", breakIt: conditionFalse}, service, "TestReloadedTokensDiffer"},
		{mutant{point: "callers-have-bounded-memory", breakIt: conditionTrue}, plugin, "TestUnfinishedWebhooks"},
		{mutant{point: "slow-bodies-yield", breakIt: deleteStatement}, plugin, "TestUnfinishedWebhooks"},
		{mutant{point: "sessions-are-bounded", breakIt: insertBefore("\nreturn s.stream")}, "./internal/gitrepo", "TestEndlessLines"},
		{mutant{point: "unread-answers-yield", breakIt: deleteStatement}, plugin, "TestUnreadAnswers"},
		{mutant{point: "ended-callers-need-not-read", breakIt: deleteStatement}, plugin, "TestEndedRequests"},
		{mutant{point: "ended-callers-are-disconnected", breakIt: conditionFalse}, plugin, "TestCallersThatAreEnded"},
		{mutant{point: "authorized-requests-are-not-ended", breakIt: deleteStatement}, plugin, "TestUnfinishedRequests"},
		{mutant{point: "kept-answers-are-bounded", breakIt: conditionFalse}, plugin, "TestLargeAnswers"},
		{mutant{point: "streams-end-when-the-service-stops", breakIt: deleteStatement}, plugin, "TestStreamsEndAtStop"},
		{mutant{point: "streams-outlive-the-write-timeout", breakIt: deleteStatement}, plugin, "TestStreamOutlivesTimeouts"},
		{mutant{point: "pull-requests-have-one-comment", breakIt: conditionFalse}, feedback, "TestDuplicates"},
		{mutant{point: "only-live-commits-succeed", breakIt: conditionTrue}, feedback, "TestLife"},
		{mutant{point: "own-writes-are-no-activity", breakIt: conditionFalse}, feedback, "TestOwnWritesAreNoActivity"},
		{mutant{point: "comments-of-other-processes-are-no-activity", breakIt: conditionFalse}, "./internal/wiring", "TestIdlePreviewStaysRemoved"},
		{mutant{point: "writers-cannot-crash-the-process", breakIt: deleteStatement}, feedback, "TestPanics"},
		{mutant{point: "messages-stay-in-private-repositories", breakIt: conditionFalse}, feedback, "TestMessagesArePrivate"},
		{mutant{point: "failures-of-feedback-are-logged-once", breakIt: conditionFalse}, feedback, "TestFailures"},
		{mutant{point: "slow-requests-do-not-delay-the-stop", breakIt: deleteStatement}, service, "TestStopClosesSlowRequests"},
	}
}

func allMutants() []mutant {
	all := mutants()
	for _, m := range testedMutants() {
		all = append(all, m.mutant)
	}
	return all
}

func TestEachMarkerHasOneMutant(t *testing.T) {
	t.Parallel()
	var mutated, marked []string
	for _, m := range allMutants() {
		mutated = append(mutated, m.point)
	}
	_, points := mustFindPoints(t)
	for name := range points {
		marked = append(marked, name)
	}
	slices.Sort(mutated)
	slices.Sort(marked)
	if !slices.Equal(mutated, marked) {
		t.Errorf("mutants exist for\n\t%s\nand markers for\n\t%s", strings.Join(mutated, "\n\t"), strings.Join(marked, "\n\t"))
	}
}

// The operation of each mutant fits its point, also in runs that leave the mutant out.
func TestEachMutantApplies(t *testing.T) {
	t.Parallel()
	_, points := mustFindPoints(t)
	for _, m := range allMutants() {
		t.Run(m.point, func(t *testing.T) {
			t.Parallel()
			source, err := points[m.point].mutated(m.breakIt)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(source, points[m.point].source) {
				t.Error("the mutant equals the product")
			}
			if _, err := parser.ParseFile(token.NewFileSet(), points[m.point].path, source, parser.SkipObjectResolution); err != nil {
				t.Error(err)
			}
		})
	}
}

func mustFindPoints(t *testing.T) (root string, points map[string]point) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if points, err = findPoints(root); err != nil {
		t.Fatal(err)
	}
	return root, points
}
