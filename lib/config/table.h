/* The library's own rows; use rs_option_find and friends of config.h to look at them. */
#ifndef RS_CONFIG_TABLE_H
#define RS_CONFIG_TABLE_H

#include <recsys/config.h>

extern const recsys_option rs_option_table[];
extern const size_t rs_option_table_count;

#endif
