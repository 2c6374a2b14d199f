/* The subcommands. argv[0] is the name to show, such as "linclass train". Each returns an exit
 * status. */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

int train_command(int argc, char **argv);
int predict_command(int argc, char **argv);
int evaluate_command(int argc, char **argv);
int info_command(int argc, char **argv);
int verify_command(int argc, char **argv);
int convert_command(int argc, char **argv);
int export_command(int argc, char **argv);
int import_command(int argc, char **argv);
int calibrate_command(int argc, char **argv);

#endif
