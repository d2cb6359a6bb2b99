/*
 * recsys/config.h - every option of the library by key, from one table.
 *
 * A key is a dotted path ("model.hybrid.cf_weight"); the same name is used in YAML files, in
 * `--set key=value`, in the docs and in the bindings. docs/configuration.md is generated
 * from the table behind recsys_config_option().
 */
#ifndef RECSYS_CONFIG_H
#define RECSYS_CONFIG_H

#include <recsys/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A set of option values. Thread rule: one thread at a time while it is being changed;
 * once set up, any number of threads may read it.
 */
typedef struct recsys_config recsys_config;

/** Type of an option's value. */
typedef enum recsys_option_type {
    RECSYS_OPTION_INT = 1,    /**< integer within [min, max] */
    RECSYS_OPTION_REAL = 2,   /**< finite number within [min, max] */
    RECSYS_OPTION_BOOL = 3,   /**< true | false */
    RECSYS_OPTION_CHOICE = 4, /**< one word of `choices` */
    RECSYS_OPTION_TEXT = 5    /**< any text */
} recsys_option_type;

/** When an option takes effect. A fit-stage key set on a query is an error. */
typedef enum recsys_option_stage {
    RECSYS_STAGE_FIT = 1,      /**< used while training; stored in the model */
    RECSYS_STAGE_QUERY = 2,    /**< may be set anew for each query */
    RECSYS_STAGE_READ = 3,     /**< used while reading ratings and catalogues */
    RECSYS_STAGE_EVALUATE = 4, /**< used by evaluation and the quality gate */
    RECSYS_STAGE_PROGRAM = 5   /**< used by a program or an adapter that registered it */
} recsys_option_stage;

/** One row of the option table. Static storage. */
typedef struct recsys_option {
    size_t struct_size; /**< sizeof(recsys_option) of the library */
    const char *key;    /**< dotted path */
    recsys_option_type type;
    double min, max;           /**< bounds of INT and REAL, inclusive */
    const char *default_value; /**< as text */
    const char *choices;       /**< CHOICE: words separated by '|', else NULL */
    const char *text;          /**< one line for people */
    const char *since;         /**< version that introduced it */
    recsys_option_stage stage;
    const char *owner; /**< folder that uses it: "rank", "data", ... */
} recsys_option;

/** Make a config that holds every default. runtime may be NULL. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_create(recsys_config **config,
                                                                recsys_runtime *runtime,
                                                                recsys_error *err);
/**
 * Read a YAML file over the present values; "-" is standard input. An unknown key, a wrong
 * type or a value out of bounds fails with file, line, key, bounds and the nearest known
 * key (RECSYS_E_CONFIG), malformed YAML with its line (RECSYS_E_PARSE); nothing is changed.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_load(recsys_config *config,
                                                              const char *path,
                                                              recsys_error *err);
/** The same from `size` bytes of YAML text (may be NULL if 0); `name` stands for the file in
 *  messages, NULL: "config". */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_load_text(
    recsys_config *config, const char *text, size_t size, const char *name, recsys_error *err);
/** Set one option from text. RECSYS_E_CONFIG as for a file. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_set(recsys_config *config,
                                                             const char *key, const char *value,
                                                             recsys_error *err);
/** Value of an option as text, in canonical form; NULL if there is no such key. Of config
 *  NULL: the default. */
RECSYS_API const char *recsys_config_get(const recsys_config *config, const char *key);
/** 1 if the value was given by a file or a set call, 0 if it is the default or unknown. */
RECSYS_API int recsys_config_is_set(const recsys_config *config, const char *key);
/** A copy of its own. */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_copy(recsys_config **copy,
                                                              const recsys_config *config,
                                                              recsys_error *err);
/** Release a config. */
RECSYS_API void recsys_config_destroy(recsys_config *config);

/** Number of options that `config` knows; NULL: the library's own table. */
RECSYS_API size_t recsys_config_option_count(const recsys_config *config);
/** The i-th option, in table order; NULL if i is out of range. */
RECSYS_API const recsys_option *recsys_config_option(const recsys_config *config, size_t i);
/**
 * Add options of a program or an adapter to this config, so that one YAML file holds all.
 * `options[count]` must outlive the config. A key that exists already is an error.
 */
RECSYS_API RECSYS_MUST_CHECK recsys_status recsys_config_register(recsys_config *config,
                                                                  const recsys_option *options,
                                                                  size_t count,
                                                                  recsys_error *err);

#ifdef __cplusplus
}
#endif

#endif
