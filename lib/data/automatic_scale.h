/* The scale of the samples of a fit whose view leaves it to the library. */
#ifndef DATA_AUTOMATIC_SCALE_H
#define DATA_AUTOMATIC_SCALE_H

#include <linclass/matrix.h>

/* 1/255 for bytes of which one is above 1, so that pixels lie in 0..1; 1 for all other types; 0 where it is open:
 * bytes that are all 0 or 1, as booleans are, of which further rows may say more. */
double automatic_scale_of_rows(const linclass_matrix *view);

/* The same of all rows of a fit: 1 where it is open. */
double automatic_scale(const linclass_matrix *view);

#endif
