/* Train from files, recommend, say why.
 *
 *   cc 01_train_recommend.c $(pkg-config --cflags --libs librecsys) -o train_recommend
 *   ./train_recommend ratings.csv movies.csv USER MODEL.recsys */
#include <recsys/recsys.h>
#include <stdio.h>
#include <stdlib.h>

#define TRY(call)                                                                              \
    do {                                                                                       \
        if ((call) != RECSYS_OK) {                                                             \
            fprintf(stderr, "%s\n", err.text);                                                 \
            exit(1);                                                                           \
        }                                                                                      \
    } while (0)

static int print_reason(void *user_data, const recsys_reason *reason)
{
    (void)user_data;
    printf("    %.4f from %s", reason->share, reason->source);
    if (reason->user_id != NULL) printf(", user %s", reason->user_id);
    if (reason->movie_id != NULL) printf(", movie %s", reason->movie_id);
    printf("\n");
    return 0;
}

int main(int argc, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_config *config;
    recsys_ratings *ratings;
    recsys_catalogue *movies;
    recsys_model *model;
    recsys_context *context;
    recsys_query *query;
    const recsys_result *list;

    if (argc != 5) {
        fprintf(stderr, "usage: %s RATINGS MOVIES USER MODEL\n", argv[0]);
        return 2;
    }
    TRY(recsys_config_create(&config, NULL, &err));
    TRY(recsys_config_set(config, "model.collaborative_filtering.n_neighbors", "80", &err));
    TRY(recsys_ratings_read(&ratings, NULL, argv[1], NULL, NULL, NULL, &err));
    TRY(recsys_catalogue_read(&movies, NULL, argv[2], NULL, &err));
    TRY(recsys_model_fit(&model, NULL, ratings, movies, config, NULL, &err));
    TRY(recsys_model_save(model, argv[4], &err));

    TRY(recsys_context_create(&context, model, &err));
    TRY(recsys_query_create(&query, NULL, &err));
    TRY(recsys_query_set_user(query, argv[3], &err));
    TRY(recsys_query_set_limit(query, 5, &err));
    TRY(recsys_recommend(&list, context, query, &err));
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        printf("%s %.4f\n", recsys_result_item(list, i), recsys_result_score(list, i));
        TRY(recsys_result_explain(list, i, print_reason, NULL, &err));
    }

    recsys_query_destroy(query);
    recsys_context_destroy(context);
    recsys_model_destroy(model);
    recsys_catalogue_destroy(movies);
    recsys_ratings_destroy(ratings);
    recsys_config_destroy(config);
    return 0;
}
