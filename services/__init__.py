"""The services of Guanxi. They share code through `shared` and talk only through the bus and the store."""
