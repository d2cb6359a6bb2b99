#include "eval/candidates.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"

/* ---- of a model's lists ---------------------------------------------------------- */

void rs_listed_begin(rs_listed *listed, recsys_runtime *runtime)
{
    *listed = (rs_listed){.entries = {.runtime = runtime}};
    rs_id_table_begin(&listed->users, runtime);
    rs_id_table_begin(&listed->movies, runtime);
}

recsys_status rs_listed_read(rs_listed *listed, recsys_runtime *runtime, const rs_ids *users,
                             const recsys_config *config, const char *key, recsys_error *err)
{
    const char *path = rs_config_text(config, key);
    rs_listed_begin(listed, runtime);
    listed->given = path[0] != '\0';
    if (!listed->given) return RECSYS_OK;
    for (size_t i = 0; i < users->count; i++) { /* the table's numbers are the test's */
        char digits[24];
        rs_id_text id = rs_ids_at(users, i, digits);
        if (rs_id_table_text(&listed->users, id.data, id.size) == RS_NO_ID)
            return rs_fail_memory(err, key);
    }
    return rs_entries_read(&listed->entries, &listed->users, &listed->movies, path, 0, err);
}

void rs_listed_free(rs_listed *listed)
{
    rs_entries_free(&listed->entries);
    rs_id_table_free(&listed->users);
    rs_id_table_free(&listed->movies);
}

recsys_status rs_candidates_missing(const char *user_id, recsys_error *err)
{
    return rs_fail(err, RECSYS_E_INVALID,
                   "evaluation.candidates: no candidate for the test user \"%s\"", user_id);
}

recsys_status rs_listed_tell(const rs_listed *listed, recsys_query *query, size_t user,
                             recsys_status (*call)(recsys_query *query, const char *movie_id,
                                                   recsys_error *err),
                             recsys_error *err)
{
    char digits[24], text[RS_ID_BYTES + 1];
    const rs_entries *entries = &listed->entries;
    recsys_status status = RECSYS_OK;
    if (!listed->given || rs_entries_of(entries, user) == 0) return RECSYS_OK;
    for (uint64_t i = entries->ptr[user]; i < entries->ptr[user + 1] && status == RECSYS_OK;
         i++) {
        rs_id_text id = rs_id_table_at(&listed->movies, entries->movie[i], digits);
        memcpy(text, id.data, id.size);
        text[id.size] = '\0';
        status = call(query, text, err);
    }
    return status;
}

/* ---- of a run -------------------------------------------------------------------- */

static void mark(uint32_t *of, const rs_entries *entries, size_t user)
{
    if (rs_entries_of(entries, user) == 0) return;
    for (uint64_t i = entries->ptr[user]; i < entries->ptr[user + 1]; i++)
        of[entries->movie[i]] = (uint32_t)user + 1;
}

recsys_status rs_candidates_filter(rs_entries *run, const rs_entries *listed,
                                   const rs_entries *judged, size_t movies, recsys_error *err)
{
    uint32_t *of = rs_array_zero(run->runtime, movies, sizeof *of); /* 1 + whose candidate */
    uint64_t kept = 0, first = 0;
    if (of == NULL) return rs_fail_memory(err, "evaluation.candidates");
    for (size_t user = 0; user < run->users; user++) {
        uint64_t end = run->ptr[user + 1];
        mark(of, listed, user);
        mark(of, judged, user);
        for (uint64_t i = first; i < end; i++) {
            if (of[run->movie[i]] != user + 1) continue;
            run->movie[kept] = run->movie[i];
            if (run->level != NULL) run->level[kept] = run->level[i];
            run->value[kept++] = run->value[i];
        }
        first = end;
        run->ptr[user + 1] = kept;
    }
    run->count = kept;
    rs_free(run->runtime, of);
    return RECSYS_OK;
}
