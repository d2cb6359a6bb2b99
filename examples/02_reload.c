/* A service that is handed a newer model: open, validate, swap one pointer. Each thread goes
 * over to it at its next request, and the last one to do so frees the old model. Requests never
 * wait for a reload; only taking the pointer is guarded. */
#include <pthread.h>
#include <recsys/recsys.h>
#include <stdio.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static recsys_model *current;

/* The model of this moment, retained. */
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
    recsys_model_destroy(old); /* lives on in the threads that hold it */
    return RECSYS_OK;
}

/* What one thread keeps between requests: its model, and a context and a query for it. */
typedef struct worker {
    recsys_model *model;
    recsys_context *context;
    recsys_query *query;
} worker;

static void retire(worker *w)
{
    recsys_query_destroy(w->query);
    recsys_context_destroy(w->context);
    recsys_model_destroy(w->model);
    *w = (worker){NULL, NULL, NULL};
}

/* A context is made anew only when the model is another one. */
static recsys_status refresh(worker *w, recsys_error *err)
{
    recsys_model *model = take();
    if (model == w->model) {
        recsys_model_destroy(model);
        return RECSYS_OK;
    }
    retire(w);
    w->model = model;
    recsys_status status = recsys_context_create(&w->context, model, err);
    if (status == RECSYS_OK) status = recsys_query_create(&w->query, NULL, err);
    if (status != RECSYS_OK) retire(w);
    return status;
}

static recsys_status serve(worker *w, const char *user, recsys_error *err)
{
    const recsys_result *list;
    recsys_status status = refresh(w, err);
    if (status != RECSYS_OK) return status;
    recsys_query_clear(w->query);
    status = recsys_query_set_user(w->query, user, err);
    if (status == RECSYS_OK) status = recsys_recommend(&list, w->context, w->query, err);
    if (status == RECSYS_OK)
        printf("%.8s: %s\n", recsys_model_hash(w->model), recsys_result_item(list, 0));
    return status;
}

int main(int argc, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    worker w = {NULL, NULL, NULL}; /* a server has one for each thread */
    if (argc < 3) {
        fprintf(stderr, "usage: %s USER MODEL...\n", argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        if (reload(argv[i], &err) != RECSYS_OK) fprintf(stderr, "%s\n", err.text);
        if (current == NULL || serve(&w, argv[1], &err) != RECSYS_OK) return 1;
    }
    retire(&w);
    recsys_model_destroy(current);
    return 0;
}
