#include "tune/space.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"

recsys_status rs_space_make(recsys_space **space, recsys_runtime *runtime, recsys_error *err)
{
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    recsys_space *made = rs_array_zero(held, 1, sizeof *made);
    if (made == NULL) {
        rs_runtime_release(held);
        return rs_fail_memory(err, "space");
    }
    made->runtime = held;
    *space = made;
    return RECSYS_OK;
}

void rs_space_free(recsys_space *space)
{
    if (space == NULL) return;
    recsys_runtime *runtime = space->runtime;
    for (size_t i = 0; i < space->count; i++) {
        rs_dimension *d = &space->dimension[i];
        for (size_t c = 0; c < d->choices; c++) rs_free(runtime, d->choice[c]);
        rs_free(runtime, d->choice);
    }
    rs_free(runtime, space->dimension);
    rs_free(runtime, space);
    rs_runtime_release(runtime);
}

rs_dimension *rs_space_add(recsys_space *space, const recsys_option *option)
{
    if (!rs_reserve(space->runtime, &space->dimension, &space->capacity, space->count + 1,
                    sizeof *space->dimension))
        return NULL;
    rs_dimension *d = &space->dimension[space->count++];
    *d = (rs_dimension){.option = option};
    return d;
}

recsys_status rs_space_choice(recsys_space *space, rs_dimension *d, const char *where,
                              const char *value, size_t size, recsys_error *err)
{
    char *canonical;
    if (!rs_reserve(space->runtime, &d->choice, &d->capacity, d->choices + 1,
                    sizeof *d->choice))
        return rs_fail_memory(err, "space");
    recsys_status status =
        rs_option_parse(d->option, space->runtime, where, value, size, &canonical, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < d->choices; i++)
        if (strcmp(d->choice[i], canonical) == 0) {
            status = rs_fail(err, RECSYS_E_CONFIG, "%s%s: the choice \"%s\" is given twice",
                             where, d->option->key, canonical);
            rs_free(space->runtime, canonical);
            return status;
        }
    d->choice[d->choices++] = canonical;
    return RECSYS_OK;
}

static recsys_status copy_dimension(recsys_space *to, const rs_dimension *from,
                                    recsys_error *err)
{
    rs_dimension *d = rs_space_add(to, from->option);
    recsys_status status = d != NULL ? RECSYS_OK : rs_fail_memory(err, "space");
    for (size_t i = 0; i < from->choices && status == RECSYS_OK; i++)
        status = rs_space_choice(to, d, "", from->choice[i], strlen(from->choice[i]), err);
    if (status != RECSYS_OK) return status;
    d->min = from->min;
    d->max = from->max;
    d->is_log = from->is_log;
    return RECSYS_OK;
}

recsys_status rs_space_copy(recsys_space **copy, const recsys_space *space, recsys_error *err)
{
    recsys_space *made;
    recsys_status status = rs_space_make(&made, space->runtime, err);
    if (status != RECSYS_OK) return status;
    for (size_t i = 0; i < space->count && status == RECSYS_OK; i++)
        status = copy_dimension(made, &space->dimension[i], err);
    if (status == RECSYS_OK)
        *copy = made;
    else
        rs_space_free(made);
    return status;
}

size_t rs_space_find(const recsys_space *space, const char *key)
{
    for (size_t i = 0; i < space->count; i++)
        if (strcmp(space->dimension[i].option->key, key) == 0) return i;
    return SIZE_MAX;
}

int rs_space_has_stage(const recsys_space *space, recsys_option_stage stage)
{
    for (size_t i = 0; i < space->count; i++)
        if (space->dimension[i].option->stage == stage) return 1;
    return 0;
}

void rs_space_put(const recsys_space *space, rs_text *text)
{
    for (size_t i = 0; i < space->count; i++) {
        const rs_dimension *d = &space->dimension[i];
        rs_text_printf(text, "%s:", d->option->key);
        for (size_t c = 0; c < d->choices; c++) rs_text_printf(text, " %s", d->choice[c]);
        if (d->choices == 0) {
            rs_text_add(text, d->is_log ? " log " : " linear ");
            rs_text_add_real(text, d->min);
            rs_text_add(text, " ");
            rs_text_add_real(text, d->max);
        }
        rs_text_add(text, "\n");
    }
}
