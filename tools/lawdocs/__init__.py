"""The pages about the law that the documentation is built with: one for each instrument, amendment and set of cases."""
