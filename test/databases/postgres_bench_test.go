package databases_test

import (
	"testing"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// BenchmarkPostgres measures what docs/databases.md tells: what a preview costs
// by each strategy, from a template of 200 MB, on a server that syncs to disk.
func BenchmarkPostgres(b *testing.B) {
	for _, i := range pgtest.Installations() {
		b.Run(i.String(), func(b *testing.B) {
			bed := newPostgresBed(b, i, pgtest.Superuser, pgtest.Password, "fsync=on", "max_wal_size=4GB", "shared_buffers=256MB")
			bed.Exec(b, "seed", `CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 10) AS v FROM generate_series(1, 500000) g;
				ALTER TABLE big ADD PRIMARY KEY (id)`)
			b.Logf("the template has %s", bed.Strings(b, "postgres", "SELECT pg_size_pretty(pg_database_size('seed'))"))
			bed.create(b, "first", database.StrategySchema)
			bed.Exec(b, "postgres", "CHECKPOINT")
			for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot} {
				b.Run(string(strategy), func(b *testing.B) { bed.measure(b, postgresRequest("pr_1", strategy)) })
			}
			for _, way := range []string{"WAL_LOG", "FILE_COPY"} {
				b.Run("copy by "+way, func(b *testing.B) {
					for b.Loop() {
						bed.Exec(b, "postgres", "CREATE DATABASE copy TEMPLATE seed STRATEGY "+way)
						b.StopTimer()
						bed.Exec(b, "postgres", "DROP DATABASE copy")
						b.StartTimer()
					}
				})
			}
		})
	}
}

func (b *postgresBed) measure(t *testing.B, r database.Request) {
	t.Run("create", func(t *testing.B) {
		for t.Loop() {
			if _, err := b.admin.Create(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			t.StopTimer()
			if _, err := b.admin.Drop(t.Context(), r.Name, r.Mark); err != nil {
				t.Fatal(err)
			}
			t.StartTimer()
		}
	})
	t.Run("drop", func(t *testing.B) {
		for t.Loop() {
			t.StopTimer()
			if _, err := b.admin.Create(t.Context(), r); err != nil {
				t.Fatal(err)
			}
			t.StartTimer()
			if _, err := b.admin.Drop(t.Context(), r.Name, r.Mark); err != nil {
				t.Fatal(err)
			}
		}
	})
}
