/* Model files of any bytes. Invariant: a model that opens can be asked, and a list never has
 * more items than asked for, none of them twice. */
#include <recsys/recsys.h>
#include <stdlib.h>

#include "base/memory.h"
#include "modelfile/model.h"

static void ask(const recsys_model *model)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    char id[64];
    if (recsys_context_create(&context, model, NULL) != RECSYS_OK) abort();
    if (recsys_query_create(&query, NULL, NULL) != RECSYS_OK) abort();
    recsys_model_user_id(model, 0, id, sizeof id);
    if (recsys_query_set_user(query, id, NULL) != RECSYS_OK) abort();
    if (recsys_query_set_limit(query, 5, NULL) != RECSYS_OK) abort();
    if (recsys_recommend(&list, context, query, NULL) == RECSYS_OK) {
        if (recsys_result_size(list) > 5) abort();
        for (size_t i = 1; i < recsys_result_size(list); i++)
            for (size_t k = 0; k < i; k++)
                if (recsys_result_movie(list, i) == recsys_result_movie(list, k)) abort();
    }
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_runtime *runtime = NULL;
    recsys_model *model = NULL;
    if (rs_runtime_make(&runtime, NULL, NULL) != RECSYS_OK) abort();
    rs_bytes bytes = {.runtime = runtime, .size = size};
    bytes.heap = rs_array_copy(runtime, data, size, 1);
    bytes.data = bytes.heap;
    if (rs_model_from_bytes(&model, &bytes, NULL) == RECSYS_OK) {
        ask(model);
        (void)!recsys_model_validate(model, RECSYS_VALIDATE_FULL, NULL);
        recsys_model_destroy(model);
    }
    rs_runtime_release(runtime);
    return 0;
}
