/* Option values: one table of rows (table.c), the values given over it, YAML in and out.
 *
 * The readers below take config NULL for "all defaults". Keys are named by string literals
 * of our own code, so an unknown one is a fault of the library. */
#ifndef RS_CONFIG_CONFIG_H
#define RS_CONFIG_CONFIG_H

#include <recsys/config.h>

/* ---- reading values -------------------------------------------------------------- */

int64_t rs_config_int(const recsys_config *config, const char *key);
double rs_config_real(const recsys_config *config, const char *key); /* INT too */
int rs_config_bool(const recsys_config *config, const char *key);
/* Index of the chosen word in the row's `choices`. */
size_t rs_config_choice(const recsys_config *config, const char *key);
/* The value as text, in canonical form; NULL if there is no such key. Valid until the value
 * is set again. */
const char *rs_config_text(const recsys_config *config, const char *key);
int rs_config_is_set(const recsys_config *config, const char *key);

/* The row of a key; NULL if there is none. */
const recsys_option *rs_option_find(const recsys_config *config, const char *key);
/* Number of rows, and the i-th of them in table order (NULL: out of range). */
size_t rs_option_count(const recsys_config *config);
const recsys_option *rs_option_at(const recsys_config *config, size_t i);

/* ---- making and changing --------------------------------------------------------- */

recsys_status rs_config_make(recsys_config **config, recsys_runtime *runtime,
                             recsys_error *err);
recsys_status rs_config_clone(recsys_config **copy, const recsys_config *config,
                              recsys_error *err);
void rs_config_free(recsys_config *config);
recsys_status rs_config_set(recsys_config *config, const char *key, const char *value,
                            recsys_error *err);
recsys_status rs_config_load(recsys_config *config, const char *path, recsys_error *err);
recsys_status rs_config_load_text(recsys_config *config, const char *text, size_t size,
                                  const char *name, recsys_error *err);
recsys_status rs_config_register(recsys_config *config, const recsys_option *options,
                                 size_t count, recsys_error *err);

/* The config that a model holds: keys that this library does not know are passed over, so that
 * models of later releases stay readable. */
recsys_status rs_config_from_stored(recsys_config **config, recsys_runtime *runtime,
                                    const char *text, size_t size, recsys_error *err);

/* Canonical YAML of every fit and query key of the library, in table order; the caller frees
 * it with rs_free. Loading it gives the same values. */
recsys_status rs_config_dump(const recsys_config *config, recsys_runtime *runtime, char **yaml,
                             recsys_error *err);

/* ---- values as text -------------------------------------------------------------- */

/* Check value[size] against a row and write its canonical form, allocated from `runtime`.
 * The message begins with `where` (may be "") and the key. */
recsys_status rs_option_parse(const recsys_option *option, recsys_runtime *runtime,
                              const char *where, const char *value, size_t size,
                              char **canonical, recsys_error *err);
/* "unknown key" (or section), with the nearest known one where there is one. */
recsys_status rs_option_unknown(const recsys_config *config, const char *where, const char *key,
                                int section, recsys_error *err);

#endif
