/* Names of columns as people write them. */
#ifndef RS_DATA_COLUMN_H
#define RS_DATA_COLUMN_H

#include <stddef.h>

enum { RS_COLUMN_NAME = 48 };

/* A column's name in lower case without '_', '-', ' ' and what follows a ':' (RecBole's
 * "user_id:token"). */
void rs_column_plain(char to[RS_COLUMN_NAME], const char *name, size_t size);

#endif
