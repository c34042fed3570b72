package naming_test

import (
	"strings"
	"testing"

	"github.com/previewset/previewset/generator/naming"
)

// These are names of running environments. A change that makes this test fail would
// delete and recreate the environments: it is a breaking change.
func TestGoldenNames(t *testing.T) {
	all := newNamers(t,
		bothKinds("shop", "", "", ""),
		bothKinds("web", "{{.branch_slug}}", "{{.branch}}.example.com", "{{.branch}}"),
		bothKinds("api", "preview", "preview.example.com", "pg_{{.kind}}"),
		withVariants(bothKinds("two", "", "", ""), "flag-on", "flag-off"),
		withVariants(naming.Patterns{Set: "nums", PullRequests: true, Namespace: "{{.number}}", Host: "{{.variant}}.{{.number}}.example.com", DBSchema: "s{{.number}}_{{.variant}}"}, "flag-on", "flag-off"))
	got := make([]string, 0, 16)
	for _, subject := range []naming.Subject{
		pr("shop", 42), pr("shop", 2456789245),
		branch("shop", "feature-a-b"), branch("shop", "feature/a-b"), branch("shop", "Feature-a-b"),
		branch("shop", "日本語"), branch("shop", strings.Repeat("a", 64)), branch("shop", "x-bcdfghjklm"),
		pr("web", 42), branch("web", "feature/A_b"), branch("web", "release/1.2"),
		pr("api", 42), branch("api", "main"),
		{Set: "api", Host: "git.example.com:8443", Repository: "a/b/c", Origin: branch("", "main").Origin},
		withVariant("flag-on", pr("two", 42)), withVariant("flag-off", branch("two", "feature-x")), withVariant("flag-on", branch("two", "feature/a-b")),
		withVariant("flag-on", branch("two", strings.Repeat("a", 64))), withVariant("flag-on", pr("nums", 42)), withVariant("flag-off", pr("nums", 42)),
	} {
		n := mustName(t, all[subject.Set], subject)
		got = append(got, strings.Join([]string{n.ID, n.Application, n.Namespace, n.Host, n.DBSchema}, " "))
	}
	want := strings.Split(strings.TrimSpace(golden), "\n")
	for k := range max(len(got), len(want)) {
		if k >= len(got) || k >= len(want) || got[k] != want[k] {
			t.Fatalf("line %d differs; all names are now:\n%s", k, strings.Join(got, "\n"))
		}
	}
}

const golden = `
pr-42 shop-pr-42 shop-pr-42 pr-42.shop.preview.localhost shop_pr_42
pr-2456789245 shop-pr-2456789245-jmszw9v4wd shop-pr-2456789245-jmszw9v4wd pr-2456789245-jmszw9v4wd.shop.preview.localhost shop_pr_2456789245_jmszw9v4wd
br-feature-a-b shop-br-feature-a-b shop-br-feature-a-b br-feature-a-b.shop.preview.localhost shop_br_feature_a_b
br-feature-a-b-rwqvfqnbrj shop-br-feature-a-b-rwqvfqnbrj shop-br-feature-a-b-rwqvfqnbrj br-feature-a-b-rwqvfqnbrj.shop.preview.localhost shop_br_feature_a_b_rwqvfqnbrj
br-feature-a-b-x2l95wq64t shop-br-feature-a-b-x2l95wq64t shop-br-feature-a-b-x2l95wq64t br-feature-a-b-x2l95wq64t.shop.preview.localhost shop_br_feature_a_b_x2l95wq64t
br-jcvwcx24gf shop-br-jcvwcx24gf shop-br-jcvwcx24gf br-jcvwcx24gf.shop.preview.localhost shop_br_jcvwcx24gf
br-aaaaaaaaaaaaaaaaaaaaaaaaaa-ls887727bl shop-br-aaaaaaaaaaaaaaaaaaaaaaaaaa-ls887727bl shop-br-aaaaaaaaaaaaaaaaaaaaaaaaaa-ls887727bl br-aaaaaaaaaaaaaaaaaaaaaaaaaa-ls887727bl.shop.preview.localhost shop_br_aaaaaaaaaaaaaaaaaaaaaaaaaa_ls887727bl
br-x-bcdfghjklm-x7jknpfhbd shop-br-x-bcdfghjklm-x7jknpfhbd shop-br-x-bcdfghjklm-x7jknpfhbd br-x-bcdfghjklm-x7jknpfhbd.shop.preview.localhost shop_br_x_bcdfghjklm_x7jknpfhbd
pr-42 web-pr-42 patch-1-hgwjkhpzsx patch-1-hgwjkhpzsx.example.com patch_1_hgwjkhpzsx
br-feature-a-b-w6hlmzp8ln web-br-feature-a-b-w6hlmzp8ln feature-a-b-w6hlmzp8ln feature-a-b-w6hlmzp8ln.example.com feature_a_b_w6hlmzp8ln
br-release-1-2-cs4q68zbpb web-br-release-1-2-cs4q68zbpb release-1-2-cs4q68zbpb release-1-cs4q68zbpb.2.example.com release_1_2_cs4q68zbpb
pr-42 api-pr-42 preview-6t5jslq4h8 preview-6t5jslq4h8.example.com _pg_pull_request_6t5jslq4h8
br-main api-br-main preview-4bf6hfn65v preview-4bf6hfn65v.example.com _pg_branch_4bf6hfn65v
br-main api-br-main preview-fqfspsjg2d preview-fqfspsjg2d.example.com _pg_branch_fqfspsjg2d
pr-42-flag-on two-pr-42-flag-on two-pr-42-flag-on pr-42-flag-on.two.preview.localhost two_pr_42_flag_on
br-feature-x-flag-off two-br-feature-x-flag-off two-br-feature-x-flag-off br-feature-x-flag-off.two.preview.localhost two_br_feature_x_flag_off
br-feature-a-b-flmhs7mrqw-flag-on two-br-feature-a-b-flmhs7mrqw-flag-on two-br-feature-a-b-flmhs7mrqw-flag-on br-feature-a-b-flmhs7mrqw-flag-on.two.preview.localhost two_br_feature_a_b_flmhs7mrqw_flag_on
br-aaaaaaaaaaaaaaaaaaaaaaaaaa-5hj95zgvd9-flag-on two-br-aaaaaaaaaaaaaaaaaaaaaaaaaa-5hj95zgvd9-flag-on two-br-aaaaaaaaaaaaaaaaaaaaaaaaaa-5hj95zgvd9-flag-on br-aaaaaaaaaaaaaaaaaaaaaaaaaa-5hj95zgvd9-flag-on.two.preview.localhost two_br_aaaaaaaaaaaaaaaaaaaaaaaaaa_5hj95zgvd9_flag_on
pr-42-flag-on nums-pr-42-flag-on 42-d7dnwrvp2g flag-on.42.example.com s42_flag_on
pr-42-flag-off nums-pr-42-flag-off 42-czjtpmgwp2 flag-off.42.example.com s42_flag_off
`
