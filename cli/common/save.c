#include "save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "interrupt.h"

int cli_check_binary(const cli_program *program, const char *flag, const char *path,
                     const cli_flags *flags)
{
    if (path == NULL || !cli_is_stdout(path)) return cli_check_file(program, flag, path);
    if (flags->json)
        return cli_usage_error(program, "--json and --%s cannot share standard output", flag);
    if (isatty(STDOUT_FILENO))
        return cli_usage_error(program, "--%s - is binary: it does not go to a terminal", flag);
    return CLI_GO_ON;
}

int cli_check_output(const cli_program *program, const char *path, const cli_flags *flags)
{
    if (path == NULL)
        return cli_usage_error(program, "--output is needed: where the model goes");
    return cli_check_binary(program, "output", path, flags);
}

/* ---- standard output ------------------------------------------------------------- */

static int copy_to_stdout(cli_session *session, rs_bytes *bytes, uint64_t *size)
{
    int outcome = CLI_GO_ON;
    *size = bytes->size;
    if (fwrite(bytes->data, 1, bytes->size, stdout) != bytes->size || fflush(stdout) != 0)
        outcome =
            cli_error(session->program, "cannot write standard output: %s", strerror(errno));
    rs_bytes_close(bytes);
    return outcome;
}

/* What is saved: one of the two. */
typedef struct saved {
    const recsys_model *model;
    const recsys_ratings *ratings;
} saved;

static recsys_status save_as(const saved *what, const char *path, recsys_error *err)
{
    return what->model != NULL ? recsys_model_save(what->model, path, err)
                               : recsys_ratings_save(what->ratings, path, err);
}

/* It is written whole under a name of its own, so standard output takes a detour. */
static int save_to_unnamed(cli_session *session, const saved *what, rs_bytes *bytes)
{
    char path[4096];
    recsys_error *err = &session->err;
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] == '\0') folder = "/tmp";
    snprintf(path, sizeof path, "%s/%s-XXXXXX", folder, session->program->name);
    int fd = mkstemp(path);
    if (fd < 0)
        return cli_error(session->program, "cannot create %s: %s", path, strerror(errno));
    close(fd);
    recsys_status status = save_as(what, path, err);
    if (status == RECSYS_OK) status = rs_bytes_open(bytes, session->memory, path, err);
    unlink(path); /* what is mapped stays */
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(session);
}

static int save_to_stdout(cli_session *session, const saved *what, uint64_t *size)
{
    rs_bytes bytes = {.size = 0};
    cli_interrupt_hold();
    int outcome = save_to_unnamed(session, what, &bytes);
    cli_interrupt_release();
    return outcome == CLI_GO_ON ? copy_to_stdout(session, &bytes, size) : outcome;
}

/* ---- the whole ------------------------------------------------------------------- */

static int save(cli_session *session, const saved *what, const char *path, uint64_t *size)
{
    if (cli_is_stdout(path)) return save_to_stdout(session, what, size);
    cli_interrupt_hold();
    recsys_status status = save_as(what, path, &session->err);
    cli_interrupt_release();
    if (status != RECSYS_OK) return cli_failed(session);
    if (what->model == NULL) return CLI_GO_ON;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseeko(file, 0, SEEK_END) != 0)
        return cli_error(session->program, "cannot look at %s: %s", path, strerror(errno));
    *size = (uint64_t)ftello(file);
    fclose(file);
    return CLI_GO_ON;
}

int cli_save_model(cli_session *session, const recsys_model *model, const char *path,
                   uint64_t *size)
{
    return save(session, &(saved){.model = model}, path, size);
}

int cli_save_ratings(cli_session *session, const recsys_ratings *ratings, const char *path)
{
    uint64_t size = 0;
    return save(session, &(saved){.ratings = ratings}, path, &size);
}

int cli_tell(cli_session *session, const char *path, rs_text *text)
{
    if (!cli_is_stdout(path)) return cli_write(session, text);
    cli_progress_clear(&session->progress);
    if (!text->failed && text->size > 0) fwrite(text->data, 1, text->size, stderr);
    rs_text_free(text);
    return CLI_OK;
}

int cli_save_text(cli_session *session, rs_text *text, const char *path)
{
    rs_outfile file;
    recsys_error *err = &session->err;
    if (cli_is_stdout(path)) return cli_write(session, text) == CLI_OK ? CLI_GO_ON : CLI_FAILED;
    if (text->failed) {
        rs_text_free(text);
        return cli_no_memory(session->program);
    }
    cli_interrupt_hold();
    recsys_status status = rs_outfile_begin(&file, session->memory, path, err);
    if (status == RECSYS_OK) {
        status = rs_outfile_write(&file, text->data, text->size, err);
        if (status == RECSYS_OK)
            status = rs_outfile_commit(&file, err);
        else
            rs_outfile_abort(&file);
    }
    cli_interrupt_release();
    rs_text_free(text);
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(session);
}
