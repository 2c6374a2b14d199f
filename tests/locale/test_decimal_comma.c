/* The set-up decimal_comma does what it is for: a program started in it prints 1.5 as 1,5. */
#include <stdio.h>
#include <string.h>

int main(void)
{
    char text[8];
    snprintf(text, sizeof text, "%.1f", 1.5);
    if (strcmp(text, "1,5") != 0) {
        fprintf(stderr, "the locale with a decimal comma is not in force: 1.5 prints as %s\n",
                text);
        return 1;
    }
    return 0;
}
