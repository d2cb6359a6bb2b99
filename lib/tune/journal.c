#include "tune/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"

/* ---- bytes ----------------------------------------------------------------------- */

static recsys_status write_all(const rs_journal *j, const char *data, size_t size,
                               recsys_error *err)
{
    while (size > 0) {
        ssize_t written = write(j->fd, data, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return rs_fail_errno(err, errno, "cannot write", j->path);
        data += written;
        size -= (size_t)written;
    }
    return RECSYS_OK;
}

static recsys_status read_all(const rs_journal *j, rs_text *text, recsys_error *err)
{
    char block[16384];
    for (;;) {
        ssize_t got = read(j->fd, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return rs_fail_errno(err, errno, "cannot read", j->path);
        if (got == 0) break;
        rs_text_add_bytes(text, block, (size_t)got);
    }
    return text->failed ? rs_fail_memory(err, j->path) : RECSYS_OK;
}

static recsys_status cut(const rs_journal *j, size_t size, recsys_error *err)
{
    if (ftruncate(j->fd, (off_t)size) != 0 || lseek(j->fd, 0, SEEK_END) < 0)
        return rs_fail_errno(err, errno, "cannot cut", j->path);
    return RECSYS_OK;
}

/* ---- the header ------------------------------------------------------------------ */

static recsys_status no_journal(const rs_journal *j, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_DAMAGED, "%s: is no journal of a search for options", j->path);
}

/* One member of each header; 0: both have ended. *same: 0 if they differ. */
static int next_members(rs_json *mine, rs_json *theirs, char key[64], rs_text values[2],
                        int *same)
{
    rs_json_text key_text, text;
    values[0].size = values[1].size = 0;
    int more = rs_json_next_key(mine, &key_text);
    size_t size = more ? key_text.size : 0;
    if (size > 63) size = 63;
    memcpy(key, more ? key_text.data : "", size);
    key[size] = '\0';
    if (more) {
        rs_json_value(mine, &text);
        rs_text_add_bytes(&values[0], text.data, text.size);
    }
    int more_theirs = rs_json_next_key(theirs, &key_text);
    *same = more == more_theirs &&
            (!more || (key_text.size == strlen(key) && memcmp(key_text.data, key, size) == 0));
    if (more_theirs) {
        rs_json_value(theirs, &text);
        rs_text_add_bytes(&values[1], text.data, text.size);
    }
    if (values[0].size != values[1].size ||
        (values[0].size > 0 && memcmp(values[0].data, values[1].data, values[0].size) != 0))
        *same = 0;
    return more && more_theirs;
}

static recsys_status tell_difference(const rs_journal *j, const char *key,
                                     const rs_text values[2], recsys_error *err)
{
    if (values[0].failed || values[1].failed) return rs_fail_memory(err, j->path);
    return rs_fail(err, RECSYS_E_DAMAGED,
                   "%s: is the journal of another search: its %s is %.80s, now it is %.80s; "
                   "begin another one or go on with the same",
                   j->path, key, values[1].size > 0 ? values[1].data : "missing",
                   values[0].size > 0 ? values[0].data : "missing");
}

/* Both are objects of scalars in the same order. */
static recsys_status compare_headers(const rs_journal *j, const char *mine, const char *theirs,
                                     size_t size, recsys_error *err)
{
    rs_json a, b;
    rs_json_text text;
    rs_text values[2];
    char key[64];
    int same = 1;
    recsys_status status = RECSYS_OK;
    rs_json_begin(&a, j->runtime, mine, strlen(mine));
    rs_json_begin(&b, j->runtime, theirs, size);
    for (int i = 0; i < 2; i++) rs_text_begin(&values[i], j->runtime);
    if (rs_json_value(&a, &text) != RS_JSON_OBJECT ||
        rs_json_value(&b, &text) != RS_JSON_OBJECT) {
        status = no_journal(j, err);
    } else {
        while (next_members(&a, &b, key, values, &same) && same) {}
        if (!same)
            status = strcmp(key, "recsys_tune") == 0 || key[0] == '\0'
                         ? no_journal(j, err)
                         : tell_difference(j, key, values, err);
        else if (!rs_json_end(&b))
            status = no_journal(j, err);
    }
    for (int i = 0; i < 2; i++) rs_text_free(&values[i]);
    rs_json_free(&a);
    rs_json_free(&b);
    return status;
}

/* ---- opening --------------------------------------------------------------------- */

static recsys_status begin_file(rs_journal *j, const char *header, recsys_error *err)
{
    recsys_status status;
    RS_TRY(cut(j, 0, err));
    RS_TRY(rs_journal_add(j, header, err));
out:
    return status;
}

/* What was there: nothing, or the beginning of our header: a new journal; else header and
 * lines. */
static recsys_status take_over(rs_journal *j, const char *header, recsys_error *err)
{
    rs_text *all = &j->lines;
    recsys_status status;
    const char *end = all->size > 0 ? memchr(all->data, '\n', all->size) : NULL;
    if (end == NULL) {
        if (all->size > strlen(header) ||
            (all->size > 0 && memcmp(all->data, header, all->size) != 0))
            return no_journal(j, err);
        all->size = 0;
        return begin_file(j, header, err);
    }
    RS_TRY(compare_headers(j, header, all->data, (size_t)(end - all->data), err));
    while (all->data[all->size - 1] != '\n') all->size--;
    RS_TRY(cut(j, all->size, err));
    j->at = (size_t)(end - all->data) + 1;
    j->line = 1;
out:
    return status;
}

recsys_status rs_journal_open(rs_journal *j, recsys_runtime *runtime, const char *path,
                              const char *header, recsys_error *err)
{
    recsys_status status;
    *j = (rs_journal){.runtime = runtime, .fd = -1};
    rs_text_begin(&j->lines, runtime);
    j->path = rs_strdup(runtime, path);
    if (j->path == NULL) RS_TRY(rs_fail_memory(err, path));
    j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (j->fd < 0) RS_TRY(rs_fail_errno(err, errno, "cannot open", path));
    if (flock(j->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        RS_TRY(rs_fail(err, RECSYS_E_IO, "%s: another search writes it", path));
    RS_TRY(read_all(j, &j->lines, err));
    RS_TRY(take_over(j, header, err));
    return RECSYS_OK;
out:
    rs_journal_close(j);
    return status;
}

void rs_journal_close(rs_journal *j)
{
    if (j->runtime == NULL) return;
    if (j->fd >= 0) close(j->fd);
    j->fd = -1;
    rs_text_free(&j->lines);
    rs_free(j->runtime, j->path);
    j->path = NULL;
}

/* ---- lines ----------------------------------------------------------------------- */

int rs_journal_next(rs_journal *j, const char **line, size_t *size)
{
    if (j->at >= j->lines.size) return 0;
    *line = j->lines.data + j->at;
    const char *end = memchr(*line, '\n', j->lines.size - j->at);
    *size = (size_t)(end - *line);
    j->at += *size + 1;
    j->line++;
    return 1;
}

recsys_status rs_journal_add(rs_journal *j, const char *line, recsys_error *err)
{
    recsys_status status;
    off_t before = lseek(j->fd, 0, SEEK_END);
    if (before < 0) return rs_fail_errno(err, errno, "cannot write", j->path);
    RS_TRY(write_all(j, line, strlen(line), err));
    RS_TRY(write_all(j, "\n", 1, err));
    if (fsync(j->fd) != 0 && errno != EINVAL && errno != EROFS)
        RS_TRY(rs_fail_errno(err, errno, "cannot sync", j->path));
    return RECSYS_OK;
out:
    /* Half a line must not become the beginning of the next one. */
    if (ftruncate(j->fd, before) != 0) return status;
    return status;
}
