#include "config/config.h"

#include "api/need.h"

recsys_status recsys_config_create(recsys_config **config, recsys_runtime *runtime,
                                   recsys_error *err)
{
    RS_NEED(err, config);
    return rs_config_make(config, runtime, err);
}

recsys_status recsys_config_load(recsys_config *config, const char *path, recsys_error *err)
{
    RS_NEED(err, config);
    RS_NEED(err, path);
    return rs_config_load(config, path, err);
}

recsys_status recsys_config_load_text(recsys_config *config, const char *text, size_t size,
                                      const char *name, recsys_error *err)
{
    RS_NEED(err, config);
    if (size > 0) RS_NEED(err, text);
    return rs_config_load_text(config, text != NULL ? text : "", size,
                               name != NULL ? name : "config", err);
}

recsys_status recsys_config_set(recsys_config *config, const char *key, const char *value,
                                recsys_error *err)
{
    RS_NEED(err, config);
    RS_NEED(err, key);
    RS_NEED(err, value);
    return rs_config_set(config, key, value, err);
}

const char *recsys_config_get(const recsys_config *config, const char *key)
{
    return key == NULL ? NULL : rs_config_text(config, key);
}

int recsys_config_is_set(const recsys_config *config, const char *key)
{
    return key != NULL && rs_config_is_set(config, key);
}

recsys_status recsys_config_copy(recsys_config **copy, const recsys_config *config,
                                 recsys_error *err)
{
    RS_NEED(err, copy);
    RS_NEED(err, config);
    return rs_config_clone(copy, config, err);
}

void recsys_config_destroy(recsys_config *config)
{
    rs_config_free(config);
}

size_t recsys_config_option_count(const recsys_config *config)
{
    return rs_option_count(config);
}

const recsys_option *recsys_config_option(const recsys_config *config, size_t i)
{
    return rs_option_at(config, i);
}

recsys_status recsys_config_register(recsys_config *config, const recsys_option *options,
                                     size_t count, recsys_error *err)
{
    RS_NEED(err, config);
    if (count > 0) RS_NEED(err, options);
    return rs_config_register(config, options, count, err);
}
