package databases_test

import (
	"testing"

	"github.com/previewset/previewset/internal/database"
	pgtest "github.com/previewset/previewset/test/fake/postgres"
)

// BenchmarkPostgres measures the numbers in docs/databases.md: the cost of a preview
// with each strategy, from a template of 200 MB, on a server with fsync.
func BenchmarkPostgres(b *testing.B) {
	for _, i := range pgtest.Installations() {
		b.Run(i.String(), func(b *testing.B) {
			f := newPostgresFixture(b, i, pgtest.Superuser, pgtest.Password, "fsync=on", "max_wal_size=4GB", "shared_buffers=256MB")
			f.Exec(b, "seed", `CREATE TABLE big AS SELECT g AS id, repeat(md5(g::text), 10) AS v FROM generate_series(1, 500000) g;
				ALTER TABLE big ADD PRIMARY KEY (id)`)
			b.Logf("size of the template: %s", f.Strings(b, "postgres", "SELECT pg_size_pretty(pg_database_size('seed'))"))
			f.create(b, "first", database.StrategySchema)
			f.Exec(b, "postgres", "CHECKPOINT")
			for _, strategy := range []database.Strategy{database.StrategySchema, database.StrategyDatabase, database.StrategySnapshot} {
				b.Run(string(strategy), func(b *testing.B) { f.measure(b, postgresRequest("pr_1", strategy)) })
			}
			for _, copyStrategy := range []string{"WAL_LOG", "FILE_COPY"} {
				b.Run("copy by "+copyStrategy, func(b *testing.B) {
					for b.Loop() {
						f.Exec(b, "postgres", "CREATE DATABASE copy TEMPLATE seed STRATEGY "+copyStrategy)
						b.StopTimer()
						f.Exec(b, "postgres", "DROP DATABASE copy")
						b.StartTimer()
					}
				})
			}
		})
	}
}

func (f *postgresFixture) measure(b *testing.B, r database.Request) {
	b.Run("create", func(b *testing.B) {
		for b.Loop() {
			if _, err := f.admin.Create(b.Context(), r); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if _, err := f.admin.Drop(b.Context(), r.Name, r.Mark, patient); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
	b.Run("drop", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			if _, err := f.admin.Create(b.Context(), r); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if _, err := f.admin.Drop(b.Context(), r.Name, r.Mark, patient); err != nil {
				b.Fatal(err)
			}
		}
	})
}
