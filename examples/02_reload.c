/* A service that is handed a newer model: open, validate, swap one pointer, release the old
 * one when its last request ends. Requests never wait for a reload; only taking the pointer
 * is guarded. */
#include <pthread.h>
#include <recsys/recsys.h>
#include <stdio.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static recsys_model *current;

/* The model of this moment, retained for one request. */
static recsys_model *take(void)
{
    pthread_mutex_lock(&guard);
    recsys_model *model = recsys_model_retain(current);
    pthread_mutex_unlock(&guard);
    return model;
}

static recsys_status reload(const char *path, recsys_error *err)
{
    recsys_model *next;
    recsys_status status = recsys_model_open(&next, NULL, path, err);
    if (status != RECSYS_OK) return status; /* the old model stays */
    status = recsys_model_validate(next, RECSYS_VALIDATE_FULL, err);
    if (status != RECSYS_OK) {
        recsys_model_destroy(next);
        return status;
    }
    pthread_mutex_lock(&guard);
    recsys_model *old = current;
    current = next;
    pthread_mutex_unlock(&guard);
    recsys_model_destroy(old); /* lives on in the requests that hold it */
    return RECSYS_OK;
}

static recsys_status serve(const char *user, recsys_error *err)
{
    recsys_model *model = take();
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    recsys_status status = recsys_context_create(&context, model, err);
    if (status == RECSYS_OK) status = recsys_query_create(&query, NULL, err);
    if (status == RECSYS_OK) status = recsys_query_set_user(query, user, err);
    if (status == RECSYS_OK) status = recsys_recommend(&list, context, query, err);
    if (status == RECSYS_OK)
        printf("%.8s: %s\n", recsys_model_hash(model), recsys_result_item(list, 0));
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    return status;
}

int main(int argc, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    if (argc < 3) {
        fprintf(stderr, "usage: %s USER MODEL...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        if (reload(argv[i], &err) != RECSYS_OK) fprintf(stderr, "%s\n", err.text);
        if (current == NULL || serve(argv[1], &err) != RECSYS_OK) return 1;
    }
    recsys_model_destroy(current);
    return 0;
}
