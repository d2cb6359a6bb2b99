#include "modelfile/model.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"

const char *const rs_source_names[RS_SOURCES] = {"user_cf", "content", "ease",      "item_cf",
                                                 "rp3beta", "ials",    "popularity"};

static void join(char name[RS_PART_NAME], const char *first, const char *second)
{
    name[0] = '\0';
    strncat(name, first, RS_PART_NAME - 1);
    strncat(name, second, RS_PART_NAME - 1 - strlen(name));
}

void rs_list_part(char name[RS_PART_NAME], size_t source, const char *suffix)
{
    join(name, rs_source_names[source], suffix);
}

void rs_fusion_part(char name[RS_PART_NAME], size_t source)
{
    join(name, "fusion.", rs_source_names[source]);
}

recsys_status rs_model_make(recsys_model **model, recsys_runtime *runtime, recsys_error *err)
{
    recsys_model *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "model");
    atomic_init(&made->references, 1);
    made->runtime = rs_runtime_retain(runtime);
    rs_container_begin(&made->parts, runtime, "model");
    *model = made;
    return RECSYS_OK;
}

void rs_model_release(recsys_model *model)
{
    if (model == NULL) return;
    if (atomic_fetch_sub_explicit(&model->references, 1, memory_order_acq_rel) != 1) return;
    recsys_runtime *runtime = model->runtime;
    rs_container_close(&model->parts);
    rs_model_free_turned(model);
    rs_model_free_learned(model);
    rs_ratings_release(model->ratings_held);
    rs_free(runtime, model);
    rs_runtime_release(runtime);
}

void rs_model_free_learned(recsys_model *model)
{
    for (size_t i = 0; i < 2; i++) {
        rs_free(model->runtime, model->learned_value[i]);
        model->learned_value[i] = NULL;
    }
    model->learned = (rs_matrix){0};
}

static recsys_status bind_all(recsys_model *model, recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_model_bind_texts(model, err));
    RS_TRY(rs_model_bind_data(model, err));
    RS_TRY(rs_model_bind_sources(model, err));
    RS_TRY(rs_model_bind_fusion(model, err));
    rs_sha256_hex(model->parts.hash, model->hash);
out:
    return status;
}

static recsys_status from_bytes(recsys_model **model, rs_bytes *bytes, const char *path,
                                recsys_error *err)
{
    recsys_model *made;
    recsys_error inner = RECSYS_ERROR_INIT;
    recsys_status status = rs_model_make(&made, bytes->runtime, err);
    if (status != RECSYS_OK) {
        rs_bytes_close(bytes);
        return status;
    }
    status = rs_container_bind(&made->parts, bytes, path, "model", err);
    if (status == RECSYS_OK) {
        status = bind_all(made, &inner);
        if (status != RECSYS_OK) rs_fail(err, status, "%s: %s", path, inner.text);
    }
    if (status != RECSYS_OK) {
        rs_model_release(made);
        return status;
    }
    *model = made;
    return RECSYS_OK;
}

recsys_status rs_model_from_bytes(recsys_model **model, rs_bytes *bytes, recsys_error *err)
{
    return from_bytes(model, bytes, "model", err);
}

recsys_status rs_model_open(recsys_model **model, recsys_runtime *runtime, const char *path,
                            recsys_error *err)
{
    rs_bytes bytes;
    recsys_runtime *held;
    recsys_status status = rs_runtime_hold(&held, runtime, err);
    if (status != RECSYS_OK) return status;
    status = rs_bytes_open(&bytes, held, path, err);
    if (status == RECSYS_OK) status = from_bytes(model, &bytes, path, err);
    rs_runtime_release(held);
    return status;
}
