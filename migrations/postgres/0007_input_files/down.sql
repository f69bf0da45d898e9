DROP TABLE input_files;
