/* A user who rated something a second ago, or who was never seen: the query carries what the
 * model does not know yet. */
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_model *model = NULL;
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list;
    if (argc < 4) {
        fprintf(stderr, "usage: %s MODEL USER MOVIE=RATING...\n", argv[0]);
        return 2;
    }
    recsys_status status = recsys_model_open(&model, NULL, argv[1], &err);
    if (status == RECSYS_OK) status = recsys_context_create(&context, model, &err);
    if (status == RECSYS_OK) status = recsys_query_create(&query, NULL, &err);
    if (status == RECSYS_OK) status = recsys_query_set_user(query, argv[2], &err);
    for (int i = 3; i < argc && status == RECSYS_OK; i++) {
        char movie[256];
        float rating;
        if (sscanf(argv[i], "%255[^=]=%f", movie, &rating) != 2) return 2;
        status = recsys_query_add_rating(query, movie, rating, 0, &err);
    }
    if (status == RECSYS_OK) status = recsys_recommend(&list, context, query, &err);
    if (status == RECSYS_OK)
        for (size_t i = 0; i < recsys_result_size(list); i++)
            printf("%s %.4f\n", recsys_result_item(list, i), recsys_result_score(list, i));
    else
        fprintf(stderr, "%s\n", err.text);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    return status == RECSYS_OK ? 0 : 1;
}
