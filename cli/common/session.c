#include "session.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

/* ---- messages -------------------------------------------------------------------- */

static void say(const char *name, const char *format, va_list arguments)
{
    fprintf(stderr, "%s: ", name);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

int cli_error(const cli_program *program, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(program->name, format, arguments);
    va_end(arguments);
    return CLI_FAILED;
}

void cli_note(const cli_session *session, const char *format, ...)
{
    va_list arguments;
    if (session->flags->quiet) return;
    va_start(arguments, format);
    say(session->program->name, format, arguments);
    va_end(arguments);
}

int cli_no_memory(const cli_program *program)
{
    return cli_error(program, "out of memory");
}

int cli_failed(cli_session *session)
{
    const recsys_error *err = &session->err;
    cli_progress_clear(&session->progress);
    cli_error(session->program, "%s",
              err->text[0] != '\0' ? err->text : recsys_status_text(err->status));
    return err->status == RECSYS_E_CONFIG || err->status == RECSYS_E_INVALID ? CLI_USAGE
                                                                             : CLI_FAILED;
}

static void on_log(void *user_data, recsys_log_level level, const char *text)
{
    cli_session *session = user_data;
    cli_progress_clear(&session->progress);
    cli_note(session, "%s%s", level == RECSYS_LOG_WARNING ? "warning: " : "", text);
}

/* ---- beginning and end ----------------------------------------------------------- */

static int wanted_threads(const cli_session *session, size_t *threads)
{
    const char *text = getenv("RECSYS_THREADS");
    int64_t n = session->flags->threads;
    if (n == 0 && text != NULL && text[0] != '\0' &&
        (!rs_parse_int(text, strlen(text), &n) || n < 0 || n > 1024))
        return cli_usage_error(session->program,
                               "RECSYS_THREADS: \"%s\" is not an integer within [0, 1024]",
                               text);
    *threads = (size_t)n;
    return CLI_GO_ON;
}

static int set_isa(cli_session *session)
{
    const char *isa = getenv("RECSYS_ISA");
    if (isa == NULL || isa[0] == '\0' ||
        recsys_runtime_set_isa(session->runtime, isa, &session->err) == RECSYS_OK)
        return CLI_GO_ON;
    return cli_usage_error(session->program, "RECSYS_ISA: %s", session->err.text);
}

/* "key=value" */
static int set_option(cli_session *session, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return cli_usage_error(session->program, "--set \"%s\": expected KEY=VALUE", text);
    char key[256];
    snprintf(key, sizeof key, "%.*s", (int)(equals - text), text);
    if (recsys_config_set(session->config, key, equals + 1, &session->err) == RECSYS_OK)
        return CLI_GO_ON;
    return cli_usage_error(session->program, "--set %s", session->err.text);
}

static int make_config(cli_session *session)
{
    const char *path = session->flags->config;
    if (path == NULL && !session->flags->no_config) path = getenv("RECSYS_CONFIG");
    if (recsys_config_create(&session->config, session->runtime, &session->err) != RECSYS_OK)
        return cli_failed(session);
    if (path != NULL && path[0] != '\0' &&
        recsys_config_load(session->config, path, &session->err) != RECSYS_OK)
        return cli_failed(session);
    for (size_t i = 0; i < session->flags->set.count; i++) {
        int outcome = set_option(session, session->flags->set.items[i]);
        if (outcome != CLI_GO_ON) return outcome;
    }
    return CLI_GO_ON;
}

int cli_begin(cli_session *session, const cli_program *program, const cli_flags *flags)
{
    size_t threads = 0;
    *session = (cli_session){.program = program, .flags = flags, .err = RECSYS_ERROR_INIT};
    cli_interrupt_begin(program->name);
    cli_progress_begin(&session->progress, flags->quiet);
    int outcome = wanted_threads(session, &threads);
    if (outcome != CLI_GO_ON) return outcome;
    if (rs_runtime_make(&session->memory, NULL, NULL) != RECSYS_OK)
        return cli_no_memory(program);
    if (recsys_runtime_create(&session->runtime, NULL, &session->err) != RECSYS_OK ||
        recsys_runtime_set_threads(session->runtime, threads, &session->err) != RECSYS_OK)
        return cli_failed(session);
    recsys_runtime_set_log(session->runtime, on_log, session);
    outcome = set_isa(session);
    return outcome != CLI_GO_ON ? outcome : make_config(session);
}

void cli_end(cli_session *session)
{
    cli_progress_clear(&session->progress);
    recsys_config_destroy(session->config);
    recsys_runtime_destroy(session->runtime);
    rs_runtime_release(session->memory);
}

/* ---- output ---------------------------------------------------------------------- */

int cli_write(cli_session *session, rs_text *text)
{
    cli_progress_clear(&session->progress);
    int failed = text->failed, outcome = CLI_OK;
    if (failed)
        outcome = cli_no_memory(session->program);
    else if ((text->size > 0 && fwrite(text->data, 1, text->size, stdout) != text->size) ||
             fflush(stdout) != 0)
        outcome =
            cli_error(session->program, "cannot write standard output: %s", strerror(errno));
    rs_text_free(text);
    return outcome;
}
