//! Pictures that show the prompt.
