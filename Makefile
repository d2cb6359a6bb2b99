# librecsys: one Makefile for everything. `make help` lists the targets.
#
# What a folder holds decides what is built: lib/*/*.c is the library, cli/recsys-*.c are the
# programs, tests/unit/test_*.c the unit tests, tests/fuzz/fuzz_*.c the fuzz targets. A new
# file needs no change here.

ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin AR),default)
AR := ar
endif

BUILD      ?= build
CFLAGS     ?= -O3
DESTDIR    ?=
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR    ?= $(PREFIX)/share/recsys
MANDIR     ?= $(PREFIX)/share/man
# The folders of lib/ in the order in which they may depend on each other. A shorter list
# builds a part: make LIB_FOLDERS="base config" unit TESTS=test_config
LIB_FOLDERS ?= base config kernels data modelfile models rank eval tune api
# Names of unit tests (or of fuzz targets) to run; empty: all; % is any text.
TESTS      ?=
# Seconds per target of `make fuzz`.
FUZZ_TIME  ?= 60
# V=1 shows each command as it is.
V          ?=
# -fsanitize=... for all objects; set by the asan, tsan and fuzz targets.
SANITIZE   ?=

version_part = $(shell sed -n 's/^.define RECSYS_VERSION_$(1) *"*\([0-9.]*\)"*/\1/p' include/recsys/base.h)
VERSION    := $(call version_part,STRING)
SOVERSION  := $(call version_part,MAJOR)

Q   := $(if $(V),,@)
say  = $(if $(V),,@echo '  $(1)	$(2)')

# ---- flags -------------------------------------------------------------------------

# Answers of pkg-config, asked at first use: `make deps` must work before it is installed.
PACKAGES  := yaml-0.1 zlib
once       = $(eval $(1) := $(2))$($(1))
PKG_FLAGS  = $(call once,PKG_FLAGS,$(shell pkg-config --cflags $(PACKAGES)))
PKG_LIBS   = $(call once,PKG_LIBS,$(shell pkg-config --libs $(PACKAGES)))

WARNINGS  := -Wall -Wextra -Wpedantic -Wconversion -Wshadow
CHECKING   = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
             -fno-omit-frame-pointer)
# -ffp-contract=off: the same operations, hence the same bits, on every machine.
COMPILE    = $(CC) -std=c11 -D_GNU_SOURCE -Iinclude -Ilib $(PKG_FLAGS) -fPIC \
             -fvisibility=hidden -ffp-contract=off -pthread -g $(WARNINGS) $(CFLAGS) $(CHECKING)
LINK       = $(CC) -pthread $(CFLAGS) $(CHECKING) $(LDFLAGS)
LIBS       = $(PKG_LIBS) -lm -pthread
# Programs find the library beside themselves, in the build and where they are installed.
relative   = $(shell realpath -m --relative-to=$(BINDIR) $(LIBDIR))
RPATH      = -Wl,-rpath,'$$ORIGIN/$(relative)' \
             $(if $(filter ../lib,$(relative)),,-Wl,-rpath,'$$ORIGIN/../lib')

# ---- what there is -----------------------------------------------------------------

HEADERS      := $(wildcard include/recsys/*.h)
LIB_SOURCES  := $(foreach folder,$(LIB_FOLDERS),$(wildcard lib/$(folder)/*.c))
CLI_SOURCES  := $(wildcard cli/recsys-*.c)
CLI_COMMON   := $(wildcard cli/common/*.c)
CLI_REPORT   := $(wildcard cli/report/*.c)
CLI_EVAL     := $(wildcard cli/eval/*.c)
CLI_TUNE     := $(wildcard cli/tune/*.c)
UNIT_SOURCES := $(wildcard tests/unit/test_*.c)
FUZZ_SOURCES := $(wildcard tests/fuzz/fuzz_*.c)
TOOL_SOURCES := $(wildcard tools/*.c)
BENCH_SOURCES := $(wildcard bench/bench_*.c)
BENCH_COMMON  := $(wildcard bench/common/*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB_OBJECTS  := $(call object,$(LIB_SOURCES))
BASE_OBJECTS := $(call object,$(filter lib/base/%,$(LIB_SOURCES)))
ALL_OBJECTS  := $(LIB_OBJECTS) $(call object,$(CLI_SOURCES) $(CLI_COMMON) $(CLI_REPORT) $(CLI_EVAL) $(CLI_TUNE) $(UNIT_SOURCES) \
                $(FUZZ_SOURCES) $(TOOL_SOURCES) $(BENCH_SOURCES) $(BENCH_COMMON))

SHARED   := $(BUILD)/lib/librecsys.so.$(VERSION)
SONAME   := $(BUILD)/lib/librecsys.so.$(SOVERSION)
DEVLINK  := $(BUILD)/lib/librecsys.so
STATIC   := $(BUILD)/lib/librecsys.a
BASE     := $(BUILD)/lib/librecsys-base.a
PROGRAMS := $(patsubst cli/%.c,$(BUILD)/bin/%,$(CLI_SOURCES))
UNIT     := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SOURCES))
FUZZ     := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(FUZZ_SOURCES))
BENCH    := $(patsubst bench/%.c,$(BUILD)/bench/%,$(BENCH_SOURCES))
DOCTOOL  := $(BUILD)/tools/gen-config-docs
REPORTTOOL := $(BUILD)/tools/render-report
chosen    = $(foreach path,$(1),$(if $(filter $(or $(TESTS),%),$(notdir $(path))),$(path)))

.PHONY: all lib programs tests demo quality check check-full lint format unit asan ubsan tsan coverage fuzz \
        fuzz-short fuzz-programs docs abi bench benchmarks bench-lists bench-peers check-peers deps install uninstall clean help
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:

# ---- building ----------------------------------------------------------------------

all: lib programs ## Build the library (shared and static) and the programs
lib: $(SHARED) $(SONAME) $(DEVLINK) $(STATIC) $(BASE)
programs: $(PROGRAMS)

# Rewritten only when they change, so that other flags rebuild what they affect.
remember = @mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ \
           || printf '%s\n' '$(subst ','\'',$(1))' > $@
.PHONY: FORCE
$(BUILD)/compile.flags: FORCE
	$(call remember,$(COMPILE))
$(BUILD)/link.flags: FORCE
	$(call remember,$(LINK) $(LIBS) $(RPATH))
$(BUILD)/objects.list: FORCE
	$(call remember,$(LIB_OBJECTS))

$(BUILD)/obj/%.o: %.c $(BUILD)/compile.flags
	@mkdir -p $(@D)
	$(call say,compile,$<)
	$(Q)$(COMPILE) $(EXTRA) -MMD -MP -c -o $@ $<
$(BUILD)/obj/cli/%.o: EXTRA = -Icli
$(BUILD)/obj/tools/%.o: EXTRA = -Icli
$(BUILD)/obj/tests/%.o: EXTRA = -Itests/unit
$(BUILD)/obj/bench/%.o: EXTRA = -Ibench
-include $(ALL_OBJECTS:.o=.d)

$(BUILD)/librecsys.map: $(HEADERS) tools/exports.sh
	@mkdir -p $(@D)
	$(Q)tools/exports.sh --map $(HEADERS) > $@

$(SHARED): $(LIB_OBJECTS) $(BUILD)/librecsys.map $(BUILD)/link.flags $(BUILD)/objects.list
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -shared -Wl,-soname,librecsys.so.$(SOVERSION) -Wl,--as-needed \
	    $(if $(SANITIZE),,-Wl,--no-undefined) -Wl,--version-script,$(BUILD)/librecsys.map \
	    -o $@ $(LIB_OBJECTS) $(LIBS)
$(SONAME): $(SHARED)
	$(Q)ln -sf $(<F) $@
$(DEVLINK): $(SONAME)
	$(Q)ln -sf $(<F) $@
$(STATIC): $(LIB_OBJECTS) $(BUILD)/objects.list
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,archive,$@)
	$(Q)$(AR) rcsD $@ $(LIB_OBJECTS)
$(BASE): $(BASE_OBJECTS) $(BUILD)/objects.list
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,archive,$@)
	$(Q)$(AR) rcsD $@ $(BASE_OBJECTS)

$(BUILD)/bin/recsys-eval: $(call object,$(CLI_EVAL) $(CLI_REPORT))
$(BUILD)/bin/recsys-tune: $(call object,$(CLI_TUNE) $(CLI_REPORT))
$(PROGRAMS): $(BUILD)/bin/%: $(BUILD)/obj/cli/%.o $(call object,$(CLI_COMMON)) $(BASE) \
             $(DEVLINK) $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(BASE) -L$(BUILD)/lib -lrecsys $(RPATH) \
	    -Wl,--as-needed -lcjson $(LIBS)

$(DOCTOOL): $(BUILD)/obj/tools/gen_config_docs.o $(STATIC) $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -o $@ $< $(STATIC) $(LIBS)

$(REPORTTOOL): $(BUILD)/obj/tools/render_report.o \
               $(call object,$(CLI_REPORT) cli/common/table.c) $(BASE) \
               $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(BASE) -lcjson $(LIBS)

# Tests see the inside of the library, so they link it statically.
$(UNIT): $(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(STATIC) $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -o $@ $< $(STATIC) -lcmocka $(LIBS)

$(BENCH): $(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(call object,$(BENCH_COMMON)) $(STATIC) \
          $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(LINK) -o $@ $(filter %.o,$^) $(STATIC) $(LIBS)

# ---- trying it out -----------------------------------------------------------------

demo: ## Recommendations for a user, with reasons, on real data (DATA=folder: on yours)
	@tools/deps.sh demo
	@$(MAKE) --no-print-directory -s -j$(JOBS) all
	@BUILD='$(BUILD)' tools/demo.sh $(if $(DATA),'$(DATA)')

bench: $(BENCH) ## Time kernels, neighbours, queries; or training on yours (DATA=folder)
	@BUILD='$(BUILD)' tools/bench.sh $(if $(DATA),'$(DATA)')
	@$(if $(DATA),:,bench/quick.py --build '$(BUILD)' $(if $(RUNS),--runs $(RUNS)))

benchmarks: $(BENCH) ## Build the programs of bench/

# Other libraries are installed below BUILD at first (VENVS=main=FOLDER,...: they are there).
bench-lists: programs ## Scoring lists beside other tools (RUNS=3 VENV=folder)
	@bench/peers/lists.py --build '$(BUILD)' $(if $(RUNS),--runs $(RUNS)) $(if $(VENV),--venv '$(VENV)')
# ARGS: what else run.py understands, e.g. --continue; bench/README.md has how long it takes.
bench-peers: $(BENCH) ## Beside other libraries (SIZES= THREADS= RUNS= PEERS=): docs/benchmarks.*
	@bench/peers/run.py --build '$(BUILD)' $(if $(SIZES),--sizes $(SIZES)) \
	    $(if $(THREADS),--threads $(THREADS)) $(if $(RUNS),--runs $(RUNS)) \
	    $(if $(PEERS),--peers $(PEERS)) $(if $(VENVS),--venvs $(VENVS)) $(ARGS)
	@bench/peers/render.py

check-peers: all ## Metrics and models of other tools, installed, beside ours (VENVS= RATINGS=)
	@tests/profiles/peers.py '$(BUILD)/bin/recsys-eval' '$(BUILD)' $(if $(VENVS),--venvs $(VENVS)) \
	    $(if $(RATINGS),--ratings '$(RATINGS)')

# More data sets where you have them: make quality ML_LATEST=folder ML_100K=folder
quality: all ## Measure every configuration on every data set: docs/quality.csv
	@bench/quality.py --bin $(BUILD)/bin --data bundled=examples/data/movietweetings-100k \
	    $(if $(ML_LATEST),--data ml-latest-small='$(ML_LATEST)') \
	    $(if $(ML_100K),--data ml-100k='$(ML_100K)')

# ---- checking ----------------------------------------------------------------------

JOBS := $(shell nproc 2>/dev/null || echo 1)
again = +@$(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS))

check: ## Every test; the last line says how many passed and failed
	@tools/deps.sh check
	@BUILD='$(BUILD)' CC='$(CC)' tools/check.sh quick

check-full: ## The same with long fuzzing, every case of the oracle and NEON kernels
	@tools/deps.sh full
	@BUILD='$(BUILD)' CC='$(CC)' tools/check.sh full

tests: $(call chosen,$(UNIT))
unit: $(call chosen,$(UNIT)) ## Unit tests alone (TESTS=test_ids: only those)
	@tools/run-tests.sh $^

lint: ## Format, layers, warnings under gcc and clang, static analysis
	@BUILD='$(BUILD)' PKG_FLAGS='$(PKG_FLAGS)' LIB_FOLDERS='$(LIB_FOLDERS)' tools/lint.sh

format: ## Format all C code with clang-format
	@tools/sources.sh c h | xargs clang-format -i

asan: ## Unit tests under the address sanitizer
	$(again) BUILD=$(BUILD)/asan SANITIZE=address CFLAGS='-O1' unit
ubsan: ## Unit tests under the undefined behaviour sanitizer
	$(again) BUILD=$(BUILD)/ubsan SANITIZE=undefined CFLAGS='-O1' unit
tsan: ## Unit tests under the thread sanitizer
	$(again) BUILD=$(BUILD)/tsan SANITIZE=thread CFLAGS='-O1' unit

coverage: ## Line and branch coverage of the unit tests: build/coverage/html
	@tools/deps.sh coverage
	$(again) BUILD=$(BUILD)/coverage CFLAGS='-O0 --coverage -fprofile-update=atomic' unit
	@tools/coverage.sh $(BUILD)/coverage

FUZZING = BUILD=$(BUILD)/fuzzing CC=clang CFLAGS=-O1 SANITIZE=fuzzer-no-link,address,undefined
fuzz: ## Fuzz each target for FUZZ_TIME seconds
	$(again) $(FUZZING) fuzz-programs
	@tools/fuzz.sh $(BUILD)/fuzzing time $(FUZZ_TIME) $(TESTS)
fuzz-short: ## Run the corpus and a fixed number of mutations of it
	$(again) $(FUZZING) fuzz-programs
	@tools/fuzz.sh $(BUILD)/fuzzing runs 20000 $(TESTS)
fuzz-programs: $(FUZZ)
$(FUZZ): $(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(STATIC) $(BUILD)/link.flags
	@mkdir -p $(@D)
	$(call say,link,$@)
	$(Q)$(CC) -pthread $(CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< $(STATIC) $(LIBS)

# ---- generated files ---------------------------------------------------------------

docs: $(DOCTOOL) ## Write docs/configuration.md from the option table
	$(DOCTOOL) > docs/configuration.md.new
	mv docs/configuration.md.new docs/configuration.md

abi: $(SHARED) ## Accept the present ABI: write tests/abi/librecsys.abi
	tools/abi.sh dump $(SHARED) tests/abi/librecsys.abi

# ---- installing --------------------------------------------------------------------

deps: ## Install the Debian packages that demo and check need
	@tools/deps.sh check

INSTALL ?= install
to = $(DESTDIR)$(1)
cmake_dir = $(LIBDIR)/cmake/librecsys
fill = sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@SOVERSION@|$(SOVERSION)|g' \
       -e 's|@PREFIX@|$(PREFIX)|g' -e 's|@LIBDIR@|$(LIBDIR)|g' \
       -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|g' -e 's|@PRIVATE_LIBS@|$(strip $(LIBS))|g' \
       -e 's|@UP@|$(shell realpath -m --relative-to=$(cmake_dir) $(PREFIX))|g' \
       -e 's|@LIB@|$(shell realpath -m --relative-to=$(PREFIX) $(LIBDIR))|g' \
       -e 's|@INCLUDE@|$(shell realpath -m --relative-to=$(PREFIX) $(INCLUDEDIR))|g'
MAN_PAGES := $(wildcard docs/man/*.1)
CONFIGS   := $(wildcard config/*.yaml)

install: all ## Install under PREFIX (DESTDIR, BINDIR, LIBDIR, INCLUDEDIR are obeyed)
	$(INSTALL) -d $(call to,$(BINDIR)) $(call to,$(LIBDIR)/pkgconfig) $(call to,$(cmake_dir)) \
	    $(call to,$(INCLUDEDIR)/recsys) $(call to,$(DATADIR)) $(call to,$(MANDIR)/man1)
	$(INSTALL) -m 644 $(HEADERS) $(call to,$(INCLUDEDIR)/recsys)
	$(INSTALL) -m 755 $(SHARED) $(call to,$(LIBDIR))
	ln -sf librecsys.so.$(VERSION) $(call to,$(LIBDIR)/librecsys.so.$(SOVERSION))
	ln -sf librecsys.so.$(SOVERSION) $(call to,$(LIBDIR)/librecsys.so)
	$(INSTALL) -m 644 $(STATIC) $(call to,$(LIBDIR))
	$(if $(PROGRAMS),$(INSTALL) -m 755 $(PROGRAMS) $(call to,$(BINDIR)))
	$(if $(MAN_PAGES),$(INSTALL) -m 644 $(MAN_PAGES) $(call to,$(MANDIR)/man1))
	$(if $(CONFIGS),$(INSTALL) -m 644 $(CONFIGS) $(call to,$(DATADIR)))
	$(fill) tools/librecsys.pc.in > $(call to,$(LIBDIR)/pkgconfig/librecsys.pc)
	$(fill) tools/librecsys-config.cmake.in > $(call to,$(cmake_dir)/librecsys-config.cmake)
	$(fill) tools/librecsys-config-version.cmake.in \
	    > $(call to,$(cmake_dir)/librecsys-config-version.cmake)

uninstall: ## Remove what install put there
	rm -f $(addprefix $(call to,$(BINDIR))/,$(notdir $(PROGRAMS))) \
	    $(addprefix $(call to,$(MANDIR)/man1)/,$(notdir $(MAN_PAGES))) \
	    $(addprefix $(call to,$(DATADIR))/,$(notdir $(CONFIGS))) \
	    $(addprefix $(call to,$(INCLUDEDIR)/recsys)/,$(notdir $(HEADERS))) \
	    $(call to,$(LIBDIR))/librecsys.so $(call to,$(LIBDIR))/librecsys.so.$(SOVERSION) \
	    $(call to,$(LIBDIR))/librecsys.so.$(VERSION) $(call to,$(LIBDIR))/librecsys.a \
	    $(call to,$(LIBDIR))/pkgconfig/librecsys.pc $(call to,$(cmake_dir))/*.cmake
	-rmdir $(call to,$(INCLUDEDIR)/recsys) $(call to,$(DATADIR)) $(call to,$(cmake_dir))

clean: ## Remove the build folder
	rm -rf $(BUILD)

help: ## This list
	@echo "librecsys $(VERSION): make TARGET [VARIABLE=value]"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' Makefile | expand -t 15
	@echo "Variables: BUILD=$(BUILD) CC=$(CC) CFLAGS='$(CFLAGS)' PREFIX=$(PREFIX) DESTDIR="
